import type { AnyOperation } from '../operation.ts'
import { createControlChannel } from './create-control-channel.ts'
import { createDataChannel } from './create-data-channel.ts'
import { openControlChannel } from './open-control-channel.ts'
import { openDataChannel } from './open-data-channel.ts'

export const ssmmessagesOperations: readonly AnyOperation[] = [
  createControlChannel,
  openControlChannel,
  createDataChannel,
  openDataChannel,
]
