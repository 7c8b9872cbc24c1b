import type { GetRolePolicyRequest, GetRolePolicyResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { roleCheck } from './check.ts'
import { findInlinePolicy } from './inline-policies.ts'
import { encodedDocument } from './policy-document.ts'
import { roleOwner } from './policy-owner.ts'

/** GetRolePolicy: one inline policy of a role, as it was written. */
export const getRolePolicy: Operation<GetRolePolicyRequest, GetRolePolicyResponse> = {
  service: 'iam',
  name: 'GetRolePolicy',
  action: 'iam:GetRolePolicy',

  resources: ({ RoleName }, scope) => [roleCheck(scope, RoleName)],

  async handle({ RoleName, PolicyName }, context) {
    const owner = await roleOwner(context, RoleName)
    const { policyName, document } = await findInlinePolicy(context, owner, PolicyName)
    return { RoleName: owner.name, PolicyName: policyName, PolicyDocument: encodedDocument(document) }
  },
}
