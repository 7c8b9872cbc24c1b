import type { DeleteRolePolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { boundedRoleCheck } from './check.ts'
import { removeInlinePolicy } from './inline-policies.ts'
import { roleOwner } from './policy-owner.ts'

/** DeleteRolePolicy: removes an inline policy from a role. */
export const deleteRolePolicy: Operation<DeleteRolePolicyRequest, undefined> = {
  service: 'iam',
  name: 'DeleteRolePolicy',
  action: 'iam:DeleteRolePolicy',

  resources: ({ RoleName }, scope) => [boundedRoleCheck(scope, RoleName)],

  async handle({ RoleName, PolicyName }, context) {
    await removeInlinePolicy(context, await roleOwner(context, RoleName), PolicyName)
    return undefined
  },
}
