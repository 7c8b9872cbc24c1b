import type { GetUserPolicyRequest, GetUserPolicyResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findInlinePolicy } from './inline-policies.ts'
import { encodedDocument } from './policy-document.ts'
import { userOwner } from './policy-owner.ts'

/** GetUserPolicy: one inline policy of a user, as it was written. */
export const getUserPolicy: Operation<GetUserPolicyRequest, GetUserPolicyResponse> = {
  service: 'iam',
  name: 'GetUserPolicy',
  action: 'iam:GetUserPolicy',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  async handle({ UserName, PolicyName }, context) {
    const owner = await userOwner(context, UserName)
    const { policyName, document } = await findInlinePolicy(context, owner, PolicyName)
    return { UserName: owner.name, PolicyName: policyName, PolicyDocument: encodedDocument(document) }
  },
}
