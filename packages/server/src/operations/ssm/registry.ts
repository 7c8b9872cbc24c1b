import type { AnyOperation } from '../operation.ts'
import { commandOperations } from './command-operations.ts'
import { nodeOperations } from './node-operations.ts'

export const ssmOperations: readonly AnyOperation[] = [...commandOperations, ...nodeOperations]
