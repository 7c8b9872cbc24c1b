import type { AddUserToGroupRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import { groupsPerUser } from '../../domain/group.ts'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { findGroup, findUser, noSuchGroup } from './find.ts'

/** AddUserToGroup: the user may do what the group may, from its next request on. */
export const addUserToGroup: Operation<AddUserToGroupRequest, undefined> = {
  service: 'iam',
  name: 'AddUserToGroup',
  action: 'iam:AddUserToGroup',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  async handle({ GroupName, UserName }, context) {
    const { groupId } = await findGroup(context, GroupName)
    const { userId } = await findUser(context, UserName)
    const answer = await context.store.identities.groups.addMember(groupId, userId, groupsPerUser)
    if (answer === 'not-found') throw noSuchGroup(GroupName)
    if (answer === 'too-many') {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for GroupsPerUser: ${groupsPerUser}`)
    }
    return undefined
  },
}
