import type { PutUserPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { boundedUserCheck } from './check.ts'
import { putInlinePolicy } from './inline-policies.ts'
import { userOwner } from './policy-owner.ts'

/** PutUserPolicy: adds a policy to a user, or replaces the one of that name. */
export const putUserPolicy: Operation<PutUserPolicyRequest, undefined> = {
  service: 'iam',
  name: 'PutUserPolicy',
  action: 'iam:PutUserPolicy',

  resources: ({ UserName }, scope) => [boundedUserCheck(scope, UserName)],

  async handle({ UserName, PolicyName: policyName, PolicyDocument: document }, context) {
    await putInlinePolicy(context, await userOwner(context, UserName), { policyName, document })
    return undefined
  },
}
