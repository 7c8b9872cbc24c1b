import type { ResourceIdentifier } from '@fairlead/wire/model/generated/resource-groups'
import { nodeArn } from '../../domain/arn.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import { type GroupQuery, nodeResourceTypes } from '../../domain/resource-group-query.ts'
import { groupConditions } from '../group-conditions.ts'
import type { Context } from '../operation.ts'

/** A page of what a query finds, of `types` alone when some are given. Managed nodes are all there is to find. */
export async function matchingNodes(
  query: GroupQuery,
  page: PageRequest,
  { store, scope }: Context,
  types?: readonly string[],
): Promise<Page<ResourceIdentifier>> {
  const conditions = groupConditions(query, types)
  if (conditions === undefined) return { items: [] }
  const { items, next } = await store.nodes.listNodes(conditions, page)
  const resources = items.map(({ nodeId }) => ({
    ResourceArn: nodeArn(scope, nodeId),
    ResourceType: nodeId.startsWith('i-') ? nodeResourceTypes.EC2Instance : nodeResourceTypes.ManagedInstance,
  }))
  return next === undefined ? { items: resources } : { items: resources, next }
}
