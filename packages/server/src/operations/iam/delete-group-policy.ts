import type { DeleteGroupPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { removeInlinePolicy } from './inline-policies.ts'
import { groupOwner } from './policy-owner.ts'

/** DeleteGroupPolicy: takes an inline policy away from a group. */
export const deleteGroupPolicy: Operation<DeleteGroupPolicyRequest, undefined> = {
  service: 'iam',
  name: 'DeleteGroupPolicy',
  action: 'iam:DeleteGroupPolicy',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  async handle({ GroupName, PolicyName }, context) {
    await removeInlinePolicy(context, await groupOwner(context, GroupName), PolicyName)
    return undefined
  },
}
