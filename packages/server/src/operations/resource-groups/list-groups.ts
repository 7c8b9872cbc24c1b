import type { GroupFilter, ListGroupsInput, ListGroupsOutput } from '@fairlead/wire/model/generated/resource-groups'
import { ServiceError } from '../../domain/error.ts'
import type { ResourceGroup } from '../../domain/resource-group.ts'
import { asksFor, readGroupQuery } from '../../domain/resource-group-query.ts'
import type { Operation } from '../operation.ts'
import { filteredPage } from '../ssm/filtered-page.ts'
import { describeGroup, identifyGroup } from './described-group.ts'
import { groupPlace, groupToken, mostResults } from './group-page.ts'

const listing = 'ListGroups'

/** ListGroups: in the order of names. */
export const listGroups: Operation<ListGroupsInput, ListGroupsOutput> = {
  service: 'resource-groups',
  name: 'ListGroups',
  action: 'resource-groups:ListGroups',
  resources: () => [{ resource: '*' }],

  async handle({ Filters: filters = [], MaxResults: limit = mostResults, NextToken }, { store, scope }) {
    if (new Set(filters.map(({ Name }) => Name)).size < filters.length) {
      throw new ServiceError('BadRequestException', 'A filter may be given once.')
    }
    const { items, next } = await filteredPage(
      { limit, after: groupPlace(listing, NextToken) },
      (page) => store.resourceGroups.listGroups(page),
      filters.length === 0 ? undefined : (group) => filters.every((filter) => passes(group, filter)),
    )
    return {
      GroupIdentifiers: items.map((group) => identifyGroup(group, scope)),
      Groups: items.map((group) => describeGroup(group, scope)),
      NextToken: groupToken(listing, next),
    }
  },
}

function passes(group: ResourceGroup, { Name, Values }: GroupFilter): boolean {
  switch (Name) {
    case 'owner':
      return Values.includes(group.owner ?? '')
    case 'display-name':
      return Values.includes(group.displayName ?? '')
    case 'criticality':
      return group.criticality !== undefined && Values.includes(String(group.criticality))
    case 'resource-type':
      return Values.some((type) => queries(group, type))
    default:
      // No group here has a configuration.
      return false
  }
}

function queries({ query: text }: ResourceGroup, type: string): boolean {
  const query = readGroupQuery(text)
  return typeof query !== 'string' && asksFor(query, type)
}
