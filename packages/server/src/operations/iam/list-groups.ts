import type { ListGroupsRequest, ListGroupsResponse } from '@fairlead/wire/model/generated/iam'
import { groupArn } from '../../domain/arn.ts'
import type { Operation } from '../operation.ts'
import { describeGroup } from './describe.ts'
import { listed, pageRequest } from './page.ts'

/** ListGroups: the groups under a path, in the order of names. */
export const listGroups: Operation<ListGroupsRequest, ListGroupsResponse> = {
  service: 'iam',
  name: 'ListGroups',
  action: 'iam:ListGroups',

  // The path, although the reference knows no resource: AWS's own samples allow it on `arn:aws:iam::*:*`.
  resources: ({ PathPrefix = '/' }, scope) => [{ resource: groupArn(scope, PathPrefix, '') }],

  async handle({ PathPrefix: pathPrefix, ...listing }, { store, scope }) {
    const page = await store.identities.groups.listGroups({ ...pageRequest(listing), pathPrefix })
    return { Groups: page.items.map((group) => describeGroup(group, scope)), ...listed(page) }
  },
}
