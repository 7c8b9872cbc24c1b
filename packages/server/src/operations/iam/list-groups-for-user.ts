import type { ListGroupsForUserRequest, ListGroupsForUserResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { describeGroup } from './describe.ts'
import { findUser } from './find.ts'
import { listed, pageOf, pageRequest } from './page.ts'

/** ListGroupsForUser: the groups that a user is in, in the order of names. */
export const listGroupsForUser: Operation<ListGroupsForUserRequest, ListGroupsForUserResponse> = {
  service: 'iam',
  name: 'ListGroupsForUser',
  action: 'iam:ListGroupsForUser',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  async handle({ UserName, ...listing }, context) {
    const { userId } = await findUser(context, UserName)
    const groups = await context.store.identities.groups.listGroupsOf(userId)
    const page = pageOf(groups, pageRequest(listing), ({ groupName }) => groupName.toLowerCase())
    return { Groups: page.items.map((group) => describeGroup(group, context.scope)), ...listed(page) }
  },
}
