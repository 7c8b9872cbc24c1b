import type { PutGroupPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { putInlinePolicy } from './inline-policies.ts'
import { groupOwner } from './policy-owner.ts'

/** PutGroupPolicy: adds a policy to a group, or replaces the one of that name. */
export const putGroupPolicy: Operation<PutGroupPolicyRequest, undefined> = {
  service: 'iam',
  name: 'PutGroupPolicy',
  action: 'iam:PutGroupPolicy',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  async handle({ GroupName, PolicyName: policyName, PolicyDocument: document }, context) {
    await putInlinePolicy(context, await groupOwner(context, GroupName), { policyName, document })
    return undefined
  },
}
