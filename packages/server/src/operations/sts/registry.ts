import type { AnyOperation } from '../operation.ts'
import { assumeRole } from './assume-role.ts'
import { getCallerIdentity } from './get-caller-identity.ts'

export const stsOperations: readonly AnyOperation[] = [assumeRole, getCallerIdentity]
