import type { ResetServiceSettingRequest, ResetServiceSettingResult } from '@fairlead/wire/model/generated/ssm'
import type { Operation } from '../operation.ts'
import { describeSetting, requireKnown, settingCheck, settingIdOf } from './service-setting.ts'

/** ResetServiceSetting: back to the default, also when it is there already. */
export const resetServiceSetting: Operation<ResetServiceSettingRequest, ResetServiceSettingResult> = {
  service: 'ssm',
  name: 'ResetServiceSetting',
  action: 'ssm:ResetServiceSetting',

  resources: ({ SettingId }, scope) => [settingCheck(SettingId, scope)],

  async handle({ SettingId }, { store, scope }) {
    const settingId = settingIdOf(SettingId, scope)
    const known = requireKnown(settingId)
    await store.serviceSettings.forgetSetting(settingId)
    return { ServiceSetting: describeSetting(settingId, known, undefined, scope) }
  },
}
