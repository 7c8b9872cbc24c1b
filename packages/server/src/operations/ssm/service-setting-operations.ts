import type { AnyOperation } from '../operation.ts'
import { getServiceSetting } from './get-service-setting.ts'
import { resetServiceSetting } from './reset-service-setting.ts'
import { updateServiceSetting } from './update-service-setting.ts'

export const serviceSettingOperations: readonly AnyOperation[] = [
  getServiceSetting,
  resetServiceSetting,
  updateServiceSetting,
]
