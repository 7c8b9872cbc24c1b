import type { ListUserPoliciesRequest, ListUserPoliciesResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { listInlinePolicyNames } from './inline-policies.ts'
import { userOwner } from './policy-owner.ts'

/** ListUserPolicies: the names of a user's inline policies. */
export const listUserPolicies: Operation<ListUserPoliciesRequest, ListUserPoliciesResponse> = {
  service: 'iam',
  name: 'ListUserPolicies',
  action: 'iam:ListUserPolicies',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  handle: async ({ UserName, ...listing }, context) =>
    listInlinePolicyNames(context, await userOwner(context, UserName), listing),
}
