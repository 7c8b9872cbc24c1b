import type { DescribeInstancePropertiesRequest } from '@fairlead/wire/model/generated/ssm'
import { compareVersions } from '../../domain/agent-version.ts'
import { ServiceError } from '../../domain/error.ts'
import type { NodeListing } from '../../domain/managed-node.ts'
import type { NodeAttribute, NodeCondition } from '../../store/node-store.ts'

/** One filter in either of the two forms that the request knows. */
export interface PropertyFilter {
  readonly key: string
  readonly values: readonly string[]
  readonly operator: 'Equal' | 'NotEqual' | 'BeginWith' | 'LessThan' | 'GreaterThan'
}

export function propertyFilters(input: DescribeInstancePropertiesRequest): readonly PropertyFilter[] {
  const { InstancePropertyFilterList = [], FiltersWithOperator = [] } = input
  return [
    ...InstancePropertyFilterList.map(({ key, valueSet }) => ({ key, values: valueSet, operator: 'Equal' as const })),
    ...FiltersWithOperator.map(({ Key, Values, Operator = 'Equal' }) => ({
      key: Key,
      values: Values,
      operator: Operator,
    })),
  ]
}

const attributes: Readonly<Record<string, NodeAttribute>> = {
  InstanceIds: 'nodeId',
  AgentVersion: 'agentVersion',
  PingStatus: 'pingStatus',
  PlatformTypes: 'platformType',
  ActivationIds: 'activationId',
  IamRole: 'roleName',
  ResourceType: 'resourceType',
}

const valid: Readonly<Record<string, RegExp>> = {
  InstanceIds: /^(?:i-(?:\w{8}|\w{17})|mi-\w{17})$/,
  ActivationIds: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  PingStatus: /^(?:Online|ConnectionLost|Inactive)$/,
  PlatformTypes: /^(?:Windows|Linux|MacOS)$/,
  ResourceType: /^(?:ManagedInstance|EC2Instance)$/,
  AssociationStatus: /^(?:Success|Pending|Failed)$/,
}

const wrongValue: Readonly<Record<string, string>> = {
  InstanceIds: 'InvalidInstanceId',
  ActivationIds: 'InvalidActivationId',
}

/** Those of which one can be older or newer than another. */
export function isVersionRange({ key, operator }: PropertyFilter): boolean {
  return key === 'AgentVersion' && (operator === 'LessThan' || operator === 'GreaterThan')
}

/** Whether the node's agent is older or newer than one of the versions. A node that was never heard has none. */
export function isInRange({ report }: NodeListing, { values, operator }: PropertyFilter): boolean {
  if (!report) return false
  return values.some((value) => {
    const order = compareVersions(report.agentVersion, value)
    return operator === 'LessThan' ? order < 0 : order > 0
  })
}

/**
 * A filter as a condition of the store; those on documents and ranges of versions are none.
 *
 * @throws {ServiceError} InvalidFilterKey, InvalidInstanceId, InvalidActivationId or InvalidInstancePropertyFilterValue
 */
export function propertyCondition({ key, values, operator }: PropertyFilter): NodeCondition {
  const isTag = key === 'tag-key' || (key.startsWith('tag:') && key.length > 'tag:'.length)
  if (isTag && operator === 'Equal') return { key: key === 'tag-key' ? 'tagKey' : `tag:${key.slice(4)}`, values }
  const attribute = Object.hasOwn(attributes, key) ? attributes[key] : undefined
  if (isTag || operator === 'LessThan' || operator === 'GreaterThan' || (!attribute && key !== 'AssociationStatus')) {
    throw new ServiceError('InvalidFilterKey', `${key} is no filter of ${operator}.`)
  }
  if (operator === 'BeginWith') return { key: attribute ?? 'nodeId', values: attribute ? values : [], match: 'prefix' }
  const wrong = values.find((value) => valid[key]?.test(value) === false)
  if (wrong !== undefined) {
    const code = wrongValue[key] ?? 'InvalidInstancePropertyFilterValue'
    throw new ServiceError(code, `${wrong.slice(0, 128)} is not a value of the filter ${key}.`)
  }
  const match = operator === 'NotEqual' ? 'not' : 'exactly'
  // No node has an association, so that none has a status of one.
  return attribute ? { key: attribute, values, match } : { key: 'nodeId', values: [], match }
}
