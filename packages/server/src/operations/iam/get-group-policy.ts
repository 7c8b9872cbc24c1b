import type { GetGroupPolicyRequest, GetGroupPolicyResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { findInlinePolicy } from './inline-policies.ts'
import { encodedDocument } from './policy-document.ts'
import { groupOwner } from './policy-owner.ts'

/** GetGroupPolicy: one inline policy of a group, as it was written. */
export const getGroupPolicy: Operation<GetGroupPolicyRequest, GetGroupPolicyResponse> = {
  service: 'iam',
  name: 'GetGroupPolicy',
  action: 'iam:GetGroupPolicy',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  async handle({ GroupName, PolicyName }, context) {
    const owner = await groupOwner(context, GroupName)
    const { policyName, document } = await findInlinePolicy(context, owner, PolicyName)
    return { GroupName: owner.name, PolicyName: policyName, PolicyDocument: encodedDocument(document) }
  },
}
