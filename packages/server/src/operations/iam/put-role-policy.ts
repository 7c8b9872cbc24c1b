import type { PutRolePolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { boundedRoleCheck } from './check.ts'
import { putInlinePolicy } from './inline-policies.ts'
import { roleOwner } from './policy-owner.ts'

/** PutRolePolicy: adds a policy to a role, or replaces the one of that name. */
export const putRolePolicy: Operation<PutRolePolicyRequest, undefined> = {
  service: 'iam',
  name: 'PutRolePolicy',
  action: 'iam:PutRolePolicy',

  resources: ({ RoleName }, scope) => [boundedRoleCheck(scope, RoleName)],

  async handle({ RoleName, PolicyName: policyName, PolicyDocument: document }, context) {
    await putInlinePolicy(context, await roleOwner(context, RoleName), { policyName, document })
    return undefined
  },
}
