import type { Parameter, ParameterTier, ParameterType } from '../../domain/ssm-parameter.ts'
import { placeOfName } from '../../domain/ssm-parameter-name.ts'
import type { ParameterPolicy, ParameterPolicyType } from '../../domain/ssm-parameter-policy.ts'
import type { Row, SqlValue } from '../database.ts'
import { date, number, text, textOrNothing } from '../row.ts'

/** Everything that makes a Parameter: SELECT this `fromVersions`. */
export const parameterColumns = `p.name, p.place, v.version, v.parameter_type, v.tier, v.parameter_value, v.key_id,
  v.description, v.allowed_pattern, v.policies, v.modified_at, v.modified_by`

export const fromVersions = `FROM parameters p JOIN parameter_versions v
  ON v.account = p.account AND v.region = p.region AND v.place = p.place`

export function parameterOf(row: Row): Parameter {
  return {
    name: text(row, 'name'),
    version: number(row, 'version'),
    // Written by nobody but the store of parameters.
    type: text(row, 'parameter_type') as ParameterType,
    tier: text(row, 'tier') as ParameterTier,
    value: text(row, 'parameter_value'),
    keyId: textOrNothing(row, 'key_id'),
    description: textOrNothing(row, 'description'),
    allowedPattern: textOrNothing(row, 'allowed_pattern'),
    dataType: 'text',
    policies: policiesOf(text(row, 'policies')),
    modifiedAt: date(row, 'modified_at'),
    modifiedBy: text(row, 'modified_by'),
  }
}

/** Takes account, region and `versionParams`. */
export const insertVersion = `INSERT INTO parameter_versions (account, region, place, version, parameter_type, tier,
  parameter_value, key_id, description, allowed_pattern, policies, modified_at, modified_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

export function versionParams(parameter: Parameter): readonly SqlValue[] {
  return [
    placeOfName(parameter.name),
    parameter.version,
    parameter.type,
    parameter.tier,
    parameter.value,
    parameter.keyId ?? null,
    parameter.description ?? null,
    parameter.allowedPattern ?? null,
    policiesText(parameter.policies),
    parameter.modifiedAt.getTime(),
    parameter.modifiedBy,
  ]
}

interface StoredPolicy {
  readonly type: ParameterPolicyType
  readonly text: string
  readonly dueAt: number
  readonly isDone: boolean
}

export function policiesText(policies: readonly ParameterPolicy[]): string {
  return JSON.stringify(policies.map((policy): StoredPolicy => ({ ...policy, dueAt: policy.dueAt.getTime() })))
}

function policiesOf(stored: string): readonly ParameterPolicy[] {
  return (JSON.parse(stored) as readonly StoredPolicy[]).map((policy) => ({ ...policy, dueAt: new Date(policy.dueAt) }))
}
