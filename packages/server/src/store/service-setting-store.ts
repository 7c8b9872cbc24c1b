import type { ServiceSetting } from '../domain/service-setting.ts'

/** The settings that were changed; of the others nothing is stored. */
export interface ServiceSettingStore {
  findSetting(settingId: string): Promise<ServiceSetting | undefined>
  saveSetting(setting: ServiceSetting): Promise<void>
  /** Back to the default. It need not have been changed. */
  forgetSetting(settingId: string): Promise<void>
}
