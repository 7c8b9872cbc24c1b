import type { DeleteGroupRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { findGroup, noSuchGroup } from './find.ts'

const stillThere = {
  'has-members': 'must remove users from group first',
  'has-policies': 'must delete policies first',
  'has-attachments': 'must detach all policies first',
} as const

/** DeleteGroup: only a group without users and without policies. */
export const deleteGroup: Operation<DeleteGroupRequest, undefined> = {
  service: 'iam',
  name: 'DeleteGroup',
  action: 'iam:DeleteGroup',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  async handle({ GroupName }, context) {
    const { groupId } = await findGroup(context, GroupName)
    const answer = await context.store.identities.groups.removeGroup(groupId)
    if (answer === 'removed') return undefined
    if (answer === 'not-found') throw noSuchGroup(GroupName)
    throw new ServiceError('DeleteConflict', `Cannot delete entity, ${stillThere[answer]}.`)
  },
}
