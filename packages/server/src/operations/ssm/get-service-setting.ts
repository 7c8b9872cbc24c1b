import type { GetServiceSettingRequest, GetServiceSettingResult } from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { describeSetting, requireKnown, settingCheck, settingIdOf } from './service-setting.ts'

/** GetServiceSetting: the value of a setting of the account, and who changed it last. */
export const getServiceSetting: Operation<GetServiceSettingRequest, GetServiceSettingResult> = {
  service: 'ssm',
  name: 'GetServiceSetting',
  action: 'ssm:GetServiceSetting',

  resources: ({ SettingId }, scope) => [settingCheck(SettingId, scope)],

  async handle({ SettingId }, { store, scope }) {
    const settingId = settingIdOf(SettingId, scope)
    const known = requireKnown(settingId)
    const changed = await store.serviceSettings.findSetting(settingId)
    return { ServiceSetting: describeSetting(settingId, known, changed, scope) }
  },
}
