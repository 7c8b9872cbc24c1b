import type { ListRolePoliciesRequest, ListRolePoliciesResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { roleCheck } from './check.ts'
import { listInlinePolicyNames } from './inline-policies.ts'
import { roleOwner } from './policy-owner.ts'

/** ListRolePolicies: the names of a role's inline policies. */
export const listRolePolicies: Operation<ListRolePoliciesRequest, ListRolePoliciesResponse> = {
  service: 'iam',
  name: 'ListRolePolicies',
  action: 'iam:ListRolePolicies',

  resources: ({ RoleName }, scope) => [roleCheck(scope, RoleName)],

  handle: async ({ RoleName, ...listing }, context) =>
    listInlinePolicyNames(context, await roleOwner(context, RoleName), listing),
}
