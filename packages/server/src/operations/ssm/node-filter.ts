import type { InputOf } from '@fairlead/wire/codec'
import { ServiceError } from '../../domain/error.ts'
import type { NodeCondition } from '../../store/node-store.ts'

type Input = InputOf<'ssm', 'DescribeInstanceInformation'>

const mostFilters = 20

/**
 * The filters of DescribeInstanceInformation, in either of their forms, as conditions of the store.
 *
 * @throws {ServiceError} InvalidFilterKey, InvalidInstanceInformationFilterValue, InvalidInstanceId
 *   for a value that is no node id, and ValidationException for combinations that the reference forbids
 */
export function nodeConditions({ InstanceInformationFilterList = [], Filters = [] }: Input): readonly NodeCondition[] {
  if (InstanceInformationFilterList.length > 0 && Filters.length > 0) {
    throw new ServiceError('ValidationException', 'InstanceInformationFilterList and Filters cannot be used together.')
  }
  const filters = [
    ...InstanceInformationFilterList.map(({ key, valueSet }) => ({ key, values: valueSet })),
    ...Filters.map(({ Key, Values }) => ({ key: Key, values: Values })),
  ]
  if (filters.length > mostFilters) {
    throw new ServiceError('ValidationException', `At most ${mostFilters} filters can be given.`)
  }
  const tagged = filters.filter(({ key }) => isTag(key))
  if (tagged.length > 0 && tagged.length < filters.length) {
    throw new ServiceError('ValidationException', 'Filters on tags cannot be combined with other filters.')
  }
  return filters.map(({ key, values }) => conditionOf(key, values))
}

function conditionOf(key: string, values: readonly string[]): NodeCondition {
  if (key === 'tag-key') return { key: 'tagKey', values }
  if (isTag(key)) return { key: `tag:${key.slice('tag:'.length)}`, values }
  const condition = Object.hasOwn(conditions, key) ? conditions[key] : undefined
  if (condition) return condition(values)
  throw new ServiceError(
    'InvalidFilterKey',
    `${key} is not a filter: use ${Object.keys(conditions).join(', ')}, tag-key or tag:KEY.`,
  )
}

function isTag(key: string): boolean {
  return key === 'tag-key' || (key.startsWith('tag:') && key.length > 'tag:'.length)
}

type ToCondition = (values: readonly string[]) => NodeCondition

const platformType: ToCondition = (values) => {
  return { key: 'platformType', values: known('PlatformType', values, ['Windows', 'Linux', 'MacOS']) }
}

const conditions: Readonly<Record<string, ToCondition>> = {
  ActivationIds: (values) => ({ key: 'activationId', values }),
  AgentVersion: (values) => ({ key: 'agentVersion', values }),
  // No node has an association, so that none has a status of one.
  AssociationStatus: (values) => {
    known('AssociationStatus', values, ['Success', 'Pending', 'Failed'])
    return { key: 'nodeId', values: [] }
  },
  IamRole: (values) => ({ key: 'roleName', values }),
  InstanceIds: (values) => ({ key: 'nodeId', values: values.map(nodeIdFrom) }),
  PingStatus: (values) => ({
    key: 'pingStatus',
    values: known('PingStatus', values, ['Online', 'ConnectionLost', 'Inactive']),
  }),
  // The older form says PlatformTypes, the newer PlatformType; AWS's examples use both in both.
  PlatformType: platformType,
  PlatformTypes: platformType,
  ResourceType: (values) => {
    return { key: 'resourceType', values: known('ResourceType', values, ['ManagedInstance', 'EC2Instance']) }
  },
  SourceIds: (values) => ({ key: 'nodeId', values }),
  SourceTypes: (values) => {
    const types = known('SourceTypes', values, ['AWS::EC2::Instance', 'AWS::IoT::Thing', 'AWS::SSM::ManagedInstance'])
    return { key: 'resourceType', values: types.map((type) => sourceTypes[type] ?? '') }
  },
}

const sourceTypes: Readonly<Record<string, string>> = {
  'AWS::EC2::Instance': 'EC2Instance',
  'AWS::SSM::ManagedInstance': 'ManagedInstance',
}

function known(key: string, values: readonly string[], valid: readonly string[]): readonly string[] {
  const wrong = values.find((value) => !valid.includes(value))
  if (wrong === undefined) return values
  throw new ServiceError(
    'InvalidInstanceInformationFilterValue',
    `${wrong} is not a value of the filter ${key}: use ${valid.join(', ')}.`,
  )
}

/** Callers wait for nodes to appear by asking for them, so that one that is not there is no error. */
function nodeIdFrom(value: string): string {
  if (/^(?:i-(?:\w{8}|\w{17})|mi-\w{17})$/.test(value)) return value
  throw new ServiceError('InvalidInstanceId', `${value} is not a node id.`)
}
