import type { ListGroupResourcesInput, ListGroupResourcesOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { groupPlace, groupToken, mostResults } from './group-page.ts'
import { matchingNodes } from './matching-nodes.ts'
import { findGroup, groupCheck } from './named-group.ts'
import { describeQuery, readQuery } from './resource-query.ts'

const listing = 'ListGroupResources'

/** ListGroupResources: who is in a group now, in the order of node ids. */
export const listGroupResources: Operation<ListGroupResourcesInput, ListGroupResourcesOutput> = {
  service: 'resource-groups',
  name: 'ListGroupResources',
  action: 'resource-groups:ListGroupResources',
  resources: (input, scope) => [groupCheck(input, scope)],

  async handle(input, context) {
    const { Filters: filters = [], MaxResults: limit = mostResults, NextToken } = input
    const group = await findGroup(input, context)
    const types = filters.length === 0 ? undefined : filters.flatMap(({ Values }) => Values)
    const page = { limit, after: groupPlace(listing, NextToken) }
    const { items, next } = await matchingNodes(readQuery(describeQuery(group.query)), page, context, types)
    return {
      Resources: items.map((Identifier) => ({ Identifier })),
      ResourceIdentifiers: items,
      NextToken: groupToken(listing, next),
      QueryErrors: [],
    }
  },
}
