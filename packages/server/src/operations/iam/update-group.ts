import type { UpdateGroupRequest } from '@fairlead/wire/model/generated/iam'
import { groupArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { findGroup } from './find.ts'

/** How often a change is tried again when somebody else changed the group in between. */
const mostTries = 5

/** UpdateGroup: another name or path. Users and policies stay, but policies that name the old ARN no longer match. */
export const updateGroup: Operation<UpdateGroupRequest, undefined> = {
  service: 'iam',
  name: 'UpdateGroup',
  action: 'iam:UpdateGroup',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  async handle({ GroupName, NewGroupName, NewPath }, context) {
    for (let tries = 0; tries < mostTries; tries++) {
      const group = await findGroup(context, GroupName)
      const to = { groupName: NewGroupName ?? group.groupName, path: NewPath ?? group.path }
      // The new name as well, whose path is known only when the group is, as with users.
      await context.require([{ resource: groupArn(context.scope, to.path, to.groupName) }])
      const answer = await context.store.identities.groups.renameGroup(group, to)
      if (answer === 'renamed') return undefined
      if (answer === 'name-taken') {
        throw new ServiceError('EntityAlreadyExists', `Group with name ${to.groupName} already exists.`)
      }
    }
    throw new ServiceError('ServiceFailure', 'The group is being changed by others. Try again.')
  },
}
