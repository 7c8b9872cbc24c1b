import type { CreateGroupRequest, CreateGroupResponse } from '@fairlead/wire/model/generated/iam'
import { groupArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { type Group, groupsPerAccount } from '../../domain/group.ts'
import { uniqueId } from '../../domain/unique-id.ts'
import type { Operation } from '../operation.ts'
import { describeGroup } from './describe.ts'

/** CreateGroup: a new group, without users and without rights. */
export const createGroup: Operation<CreateGroupRequest, CreateGroupResponse> = {
  service: 'iam',
  name: 'CreateGroup',
  action: 'iam:CreateGroup',

  resources: ({ GroupName, Path = '/' }, scope) => [{ resource: groupArn(scope, Path, GroupName) }],

  async handle({ GroupName: groupName, Path: path = '/' }, context) {
    const groupId = uniqueId('AGPA', (bytes) => context.randomHex(bytes))
    const group: Group = { groupId, groupName, path, createdAt: context.now() }
    const answer = await context.store.identities.groups.addGroup(group, groupsPerAccount)
    if (answer === 'name-taken') {
      throw new ServiceError('EntityAlreadyExists', `Group with name ${groupName} already exists.`)
    }
    if (answer === 'too-many') {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for GroupsPerAccount: ${groupsPerAccount}`)
    }
    return { Group: describeGroup(group, context.scope) }
  },
}
