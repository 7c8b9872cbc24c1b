import table from './authorization-table.json' with { type: 'json' }

/** What one action may be decided on. */
export interface ActionRow {
  /** Resource types that a statement has to name for the action to be allowed. */
  readonly required?: readonly string[]
  readonly optional?: readonly string[]
  /** Condition keys besides the global ones; `${TagKey}` stands for any key of a tag. */
  readonly keys?: readonly string[]
}

/** The ARN of a type, with `${…}` for what varies, and the keys that hold for every action on one of it. */
export interface ResourceTypeRow {
  readonly arn: string
  readonly keys?: readonly string[]
}

/** One service of AWS's service authorization reference. */
export interface ServiceRow {
  readonly resourceTypes: Readonly<Record<string, ResourceTypeRow>>
  /** Types of the values by condition key: String, Bool, ARN, ArrayOfString … */
  readonly conditionKeys: Readonly<Record<string, string>>
  readonly actions: Readonly<Record<string, ActionRow>>
}

const services: Readonly<Record<string, ServiceRow>> = table.services

/** The services that we serve, by the prefix of their actions: ssm, ssmmessages, ec2messages, iam, sts, kms. */
export const authorizationTable: ReadonlyMap<string, ServiceRow> = new Map(Object.entries(services))

/** The row of `service:Action`, in any case of letters; undefined for one that AWS does not know. */
export function actionRow(action: string): ActionRow | undefined {
  const [service = '', name = ''] = action.toLowerCase().split(':', 2)
  const actions = authorizationTable.get(service)?.actions ?? {}
  return Object.entries(actions).find(([known]) => known.toLowerCase() === name)?.[1]
}
