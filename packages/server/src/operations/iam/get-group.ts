import type { GetGroupRequest, GetGroupResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { describeGroup, describeUser } from './describe.ts'
import { findGroup } from './find.ts'
import { listed, pageRequest } from './page.ts'

/** GetGroup: one group and, page by page, the users in it. */
export const getGroup: Operation<GetGroupRequest, GetGroupResponse> = {
  service: 'iam',
  name: 'GetGroup',
  action: 'iam:GetGroup',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  async handle({ GroupName, ...listing }, context) {
    const { scope, store } = context
    const group = await findGroup(context, GroupName)
    const page = await store.identities.groups.listMembers(group.groupId, pageRequest(listing))
    return {
      Group: describeGroup(group, scope),
      Users: page.items.map((user) => describeUser(user, scope)),
      ...listed(page),
    }
  },
}
