import type { AnyOperation } from '../operation.ts'
import { createControlChannel } from './create-control-channel.ts'
import { openControlChannel } from './open-control-channel.ts'

export const ssmmessagesOperations: readonly AnyOperation[] = [createControlChannel, openControlChannel]
