import type { UpdateServiceSettingRequest, UpdateServiceSettingResult } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import { activationTierSetting, type KnownSetting } from '../../domain/service-setting.ts'
import type { Operation } from '../operation.ts'
import { requireRoomInStandardTier } from './activation-tier.ts'
import { requireKnown, settingCheck, settingIdOf } from './service-setting.ts'

/** UpdateServiceSetting: a value in place of the default. */
export const updateServiceSetting: Operation<UpdateServiceSettingRequest, UpdateServiceSettingResult> = {
  service: 'ssm',
  name: 'UpdateServiceSetting',
  action: 'ssm:UpdateServiceSetting',

  resources: ({ SettingId }, scope) => [settingCheck(SettingId, scope)],

  async handle({ SettingId, SettingValue: value }, { caller, store, scope, now }) {
    const settingId = settingIdOf(SettingId, scope)
    checkValue(settingId, value, requireKnown(settingId))
    if (settingId === activationTierSetting && value === 'standard') await requireRoomInStandardTier({ store })
    await store.serviceSettings.saveSetting({ settingId, value, changedAt: now(), changedBy: caller.arn })
    return {}
  },
}

function checkValue(settingId: string, value: string, { values }: KnownSetting): void {
  if (values.includes(value)) return
  const reason =
    values.length === 0
      ? `${settingId} cannot be changed: what it rules is not supported by this server yet.`
      : `${settingId} is one of ${values.join(', ')}.`
  throw new ServiceError('ValidationException', reason)
}
