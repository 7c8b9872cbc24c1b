import type { NodeFilter } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'
import type { PingStatus } from '../../domain/managed-node.ts'
import type { Scope } from '../../domain/scope.ts'
import type { NodeAttribute, NodeCondition } from '../../store/node-store.ts'

/** What ListNodes calls a status, as inventories of AWS do. */
export const instanceStatus: Readonly<Record<PingStatus, string>> = {
  Online: 'Active',
  ConnectionLost: 'ConnectionLost',
  Inactive: 'Inactive',
}

type Match = NonNullable<NodeCondition['match']>

const attributes: Readonly<Partial<Record<NodeFilter['Key'], NodeAttribute>>> = {
  AgentType: 'agentName',
  AgentVersion: 'agentVersion',
  ComputerName: 'computerName',
  InstanceId: 'nodeId',
  IpAddress: 'ipAddress',
  PlatformName: 'platformName',
  PlatformType: 'platformType',
  PlatformVersion: 'platformVersion',
  ResourceType: 'resourceType',
}

const matches: Readonly<Record<NonNullable<NodeFilter['Type']>, Match>> = {
  Equal: 'exactly',
  NotEqual: 'not',
  BeginWith: 'prefix',
}

const noNode: NodeCondition = { key: 'nodeId', values: [] }

/**
 * The filters of ListNodes and ListNodesSummary as conditions of the store.
 *
 * @throws {ServiceError} InvalidFilter for organizational units, of which there are none
 */
export function listNodesConditions(filters: readonly NodeFilter[] = [], scope: Scope): readonly NodeCondition[] {
  return filters.flatMap(({ Key, Values, Type = 'Equal' }) => {
    const key = attributes[Key]
    if (key) return [{ key, values: Values, match: matches[Type] }]
    if (Key === 'InstanceStatus') return [statusCondition(Values, matches[Type])]
    // What is the same of every node holds for all or for none.
    return holds(constantOf(Key, scope), Values, matches[Type]) ? [] : [noNode]
  })
}

function statusCondition(values: readonly string[], match: Match): NodeCondition {
  const statuses = Object.entries(instanceStatus).filter(([, shown]) => holds([shown], values, match))
  return { key: 'pingStatus', values: statuses.map(([status]) => status) }
}

/** All that one may say for it. */
function constantOf(key: NodeFilter['Key'], { account, region }: Scope): readonly string[] {
  if (key === 'Region') return [region]
  if (key === 'AccountId') return [account]
  if (key === 'ManagedStatus') return ['Managed', 'All']
  throw new ServiceError('InvalidFilter', `${key} is no filter here: the account belongs to no organization.`)
}

function holds(constants: readonly string[], values: readonly string[], match: Match): boolean {
  const isOneOf = values.some((value) =>
    constants.some((constant) => (match === 'prefix' ? constant.startsWith(value) : constant === value)),
  )
  return match === 'not' ? !isOneOf : isOneOf
}
