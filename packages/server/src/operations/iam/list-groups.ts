import type { ListGroupsRequest, ListGroupsResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { describeGroup } from './describe.ts'
import { listed, pageRequest } from './page.ts'

/** ListGroups: the groups under a path, in the order of names. */
export const listGroups: Operation<ListGroupsRequest, ListGroupsResponse> = {
  service: 'iam',
  name: 'ListGroups',
  action: 'iam:ListGroups',

  resources: () => [{ resource: '*' }],

  async handle({ PathPrefix: pathPrefix, ...listing }, { store, scope }) {
    const page = await store.identities.groups.listGroups({ ...pageRequest(listing), pathPrefix })
    return { Groups: page.items.map((group) => describeGroup(group, scope)), ...listed(page) }
  },
}
