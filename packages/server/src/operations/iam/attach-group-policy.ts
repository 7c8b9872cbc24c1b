import type { AttachGroupPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { attachPolicy } from './attachments.ts'
import { groupCheck } from './check.ts'
import { groupOwner } from './policy-owner.ts'

/** AttachGroupPolicy: binds the users of a group to a managed policy. */
export const attachGroupPolicy: Operation<AttachGroupPolicyRequest, undefined> = {
  service: 'iam',
  name: 'AttachGroupPolicy',
  action: 'iam:AttachGroupPolicy',

  resources: ({ GroupName, PolicyArn }, scope) => [groupCheck(scope, GroupName, { 'iam:PolicyARN': PolicyArn })],

  async handle({ GroupName, PolicyArn }, context) {
    await attachPolicy(context, await groupOwner(context, GroupName), PolicyArn)
    return undefined
  },
}
