import { resourceGroupArn } from '../../domain/arn.ts'
import type { Target } from '../../domain/command.ts'
import { ServiceError } from '../../domain/error.ts'
import { readGroupQuery } from '../../domain/resource-group-query.ts'
import type { NodeCondition } from '../../store/node-store.ts'
import { groupConditions } from '../group-conditions.ts'
import type { Context } from '../operation.ts'

/** Which nodes Targets mean. */
export interface TargetConditions {
  /** Undefined when no node can be meant. */
  readonly conditions: readonly NodeCondition[] | undefined
  /** The tags that they must have, those of a group's query included. */
  readonly tags: readonly { readonly key: string; readonly values: readonly string[] }[]
}

const groupName = 'resource-groups:Name'
const groupTypes = 'resource-groups:ResourceTypeFilters'

/**
 * Targets that are tags, tag keys or node ids must all hold; a resource group goes alone, with the types to take of it.
 * Who sends a command to a group must be allowed to see who is in it (resource-groups:ListGroupResources).
 *
 * @throws {ServiceError} ValidationException; AccessDeniedException
 */
export async function targetConditions(targets: readonly Target[], context: Context): Promise<TargetConditions> {
  for (const { key, values } of targets) {
    if (values.length === 0) throw invalid(`Target ${key} has no values.`)
  }
  if (targets.some(({ key }) => key === groupName || key === groupTypes)) return await ofGroup(targets, context)
  return { conditions: targets.flatMap(conditionsOf), tags: tagsOf(targets) }
}

function conditionsOf({ key, values }: Target): readonly NodeCondition[] {
  if (key.startsWith('tag:')) return [{ key: `tag:${key.slice('tag:'.length)}`, values }]
  if (key === 'tag-key') return [{ key: 'tagKey', values }]
  if (!isNodeIds(key)) {
    throw invalid(`Target key ${key} is not supported: use tag:KEY, tag-key, InstanceIds or ${groupName}.`)
  }
  if (!values.includes('*')) return [{ key: 'nodeId', values }]
  if (values.length > 1) throw invalid('InstanceIds are all nodes (*) or named ones, not both.')
  return []
}

/** Written InstanceIds or instanceids in AWS's own examples. */
export function isNodeIds(key: string): boolean {
  return /^InstanceIds$/i.test(key)
}

function tagsOf(targets: readonly Target[]): TargetConditions['tags'] {
  return targets
    .filter(({ key }) => key.startsWith('tag:'))
    .map(({ key, values }) => ({ key: key.slice('tag:'.length), values }))
}

async function ofGroup(targets: readonly Target[], context: Context): Promise<TargetConditions> {
  const names = targets.filter(({ key }) => key === groupName)
  const types = targets.filter(({ key }) => key === groupTypes)
  const [name, ...more] = names.flatMap(({ values }) => values)
  if (name === undefined || more.length > 0) throw invalid(`${groupName} must name one group.`)
  if (types.length > 1 || names.length + types.length < targets.length) {
    throw invalid(`${groupName} can be given with ${groupTypes} only.`)
  }
  const { store, scope } = context
  const tagged = { type: 'ResourceGroup', id: name } as const
  await context.require([
    { action: 'resource-groups:ListGroupResources', resource: resourceGroupArn(scope, name), tagsOf: tagged },
  ])
  const group = await store.resourceGroups.findGroup(name)
  const query = group && readGroupQuery(group.query)
  // CreateGroup takes no query that cannot be read.
  if (query === undefined || typeof query === 'string') throw invalid(`There is no resource group ${name}.`)
  return { conditions: groupConditions(query, types[0]?.values), tags: query.tagFilters }
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message)
}
