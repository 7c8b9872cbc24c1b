import type { ServiceSetting as WireSetting } from '@fairlead/wire/model/generated/ssm'
import { serviceSettingArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Scope } from '../../domain/scope.ts'
import { type KnownSetting, knownSettings, type ServiceSetting } from '../../domain/service-setting.ts'
import type { AccessCheck } from '../operation.ts'

/** Settings are named by id (`/ssm/…`) or by the ARN of this account's and region's. */
export function settingIdOf(named: string, scope: Scope): string {
  const prefix = serviceSettingArn(scope, '/')
  return named.startsWith(prefix) ? `/${named.slice(prefix.length)}` : named
}

export function settingCheck(named: string, scope: Scope): AccessCheck {
  return { resource: serviceSettingArn(scope, settingIdOf(named, scope)) }
}

/** @throws {ServiceError} ServiceSettingNotFound */
export function requireKnown(settingId: string): KnownSetting {
  const known = knownSettings.get(settingId)
  if (known !== undefined) return known
  throw new ServiceError('ServiceSettingNotFound', `There is no service setting ${settingId}.`)
}

/** A setting as it is told: as somebody left it, or by its default. */
export function describeSetting(
  settingId: string,
  { defaultValue }: KnownSetting,
  changed: ServiceSetting | undefined,
  scope: Scope,
): WireSetting {
  const ARN = serviceSettingArn(scope, settingId)
  // "System" and the absence of more: AWS CLI's examples of get-service-setting. Nobody knows a date of a default.
  if (changed === undefined) {
    return { SettingId: settingId, SettingValue: defaultValue, LastModifiedUser: 'System', ARN, Status: 'Default' }
  }
  return {
    SettingId: settingId,
    SettingValue: changed.value,
    LastModifiedDate: changed.changedAt,
    LastModifiedUser: changed.changedBy,
    ARN,
    Status: 'Customized',
  }
}
