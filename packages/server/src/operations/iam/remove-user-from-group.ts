import type { RemoveUserFromGroupRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { findGroup, findUser } from './find.ts'

/** RemoveUserFromGroup: what the group may is no longer the user's. Who is not in it stays out. */
export const removeUserFromGroup: Operation<RemoveUserFromGroupRequest, undefined> = {
  service: 'iam',
  name: 'RemoveUserFromGroup',
  action: 'iam:RemoveUserFromGroup',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  async handle({ GroupName, UserName }, context) {
    const { groupId } = await findGroup(context, GroupName)
    const { userId } = await findUser(context, UserName)
    await context.store.identities.groups.removeMember(groupId, userId)
    return undefined
  },
}
