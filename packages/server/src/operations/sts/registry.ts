import type { AnyOperation } from '../operation.ts'
import { getCallerIdentity } from './get-caller-identity.ts'

export const stsOperations: readonly AnyOperation[] = [getCallerIdentity]
