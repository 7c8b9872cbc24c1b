/** A setting of the account that somebody has changed. */
export interface ServiceSetting {
  readonly settingId: string
  readonly value: string
  readonly changedAt: Date
  /** The ARN of the caller who did. */
  readonly changedBy: string
}

/** What is known of a setting before anybody changes it. */
export interface KnownSetting {
  readonly defaultValue: string
  /** What it can be changed to; without any, what it rules is not served, and it can only be read. */
  readonly values: readonly string[]
}

const readOnly = (defaultValue: string): KnownSetting => ({ defaultValue, values: [] })

/** What hybrid nodes may be used for, and how many there may be. Ours is advanced by default (decision 16). */
export const activationTierSetting = '/ssm/managed-instance/activation-tier'

/** Hybrid nodes of the standard tier, an account and region (user guide, on instance tiers). */
export const mostStandardNodes = 1000

/** What tier a parameter has whose PutParameter names none. */
export const defaultTierSetting = '/ssm/parameter-store/default-parameter-tier'

/**
 * The settings of AWS's GetServiceSetting reference, with the values of UpdateServiceSetting's. Defaults are those of
 * the user guide's chapters; `$None` is what AWS was seen to answer for a role that was never set
 * (steampipe-plugin-aws, pull request 2611).
 */
export const knownSettings: ReadonlyMap<string, KnownSetting> = new Map([
  ['/ssm/appmanager/appmanager-enabled', readOnly('False')],
  ['/ssm/automation/customer-script-log-destination', readOnly('$None')],
  ['/ssm/automation/customer-script-log-group-name', readOnly('$None')],
  ['/ssm/automation/enable-adaptive-concurrency', readOnly('False')],
  ['/ssm/documents/console/public-sharing-permission', { defaultValue: 'Enable', values: ['Enable', 'Disable'] }],
  [activationTierSetting, { defaultValue: 'advanced', values: ['standard', 'advanced'] }],
  ['/ssm/managed-instance/default-ec2-instance-management-role', readOnly('$None')],
  ['/ssm/opsinsights/opscenter', readOnly('Disabled')],
  [defaultTierSetting, { defaultValue: 'Standard', values: ['Standard', 'Advanced', 'Intelligent-Tiering'] }],
  ['/ssm/parameter-store/high-throughput-enabled', readOnly('false')],
])
