import type { SearchResourcesInput, SearchResourcesOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { groupPlace, groupToken, mostResults } from './group-page.ts'
import { matchingNodes } from './matching-nodes.ts'
import { readQuery } from './resource-query.ts'

const listing = 'SearchResources'

/** SearchResources: whom a query finds, before a group is made of it. */
export const searchResources: Operation<SearchResourcesInput, SearchResourcesOutput> = {
  service: 'resource-groups',
  name: 'SearchResources',
  action: 'resource-groups:SearchResources',
  resources: () => [{ resource: '*' }],

  async handle({ ResourceQuery, MaxResults: limit = mostResults, NextToken }, context) {
    const page = { limit, after: groupPlace(listing, NextToken) }
    const { items, next } = await matchingNodes(readQuery(ResourceQuery), page, context)
    return { ResourceIdentifiers: items, NextToken: groupToken(listing, next), QueryErrors: [] }
  },
}
