import type { AnyOperation } from '../operation.ts'

export const ssmOperations: readonly AnyOperation[] = []
