import type { DetachGroupPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { detachPolicy } from './attachments.ts'
import { groupCheck } from './check.ts'
import { groupOwner } from './policy-owner.ts'

/** DetachGroupPolicy: the users of a group are no longer bound to a managed policy. */
export const detachGroupPolicy: Operation<DetachGroupPolicyRequest, undefined> = {
  service: 'iam',
  name: 'DetachGroupPolicy',
  action: 'iam:DetachGroupPolicy',

  resources: ({ GroupName, PolicyArn }, scope) => [groupCheck(scope, GroupName, { 'iam:PolicyARN': PolicyArn })],

  async handle({ GroupName, PolicyArn }, context) {
    await detachPolicy(context, await groupOwner(context, GroupName), PolicyArn)
    return undefined
  },
}
