import type { AnyOperation } from '../operation.ts'
import { commandOperations } from './command-operations.ts'
import { documentOperations } from './document-operations.ts'
import { nodeOperations } from './node-operations.ts'
import { parameterOperations } from './parameter-operations.ts'
import { serviceSettingOperations } from './service-setting-operations.ts'
import { sessionOperations } from './session-operations.ts'

export const ssmOperations: readonly AnyOperation[] = [
  ...commandOperations,
  ...documentOperations,
  ...nodeOperations,
  ...parameterOperations,
  ...serviceSettingOperations,
  ...sessionOperations,
]
