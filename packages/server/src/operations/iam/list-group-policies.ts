import type { ListGroupPoliciesRequest, ListGroupPoliciesResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { groupCheck } from './check.ts'
import { listInlinePolicyNames } from './inline-policies.ts'
import { groupOwner } from './policy-owner.ts'

/** ListGroupPolicies: the names of a group's inline policies. */
export const listGroupPolicies: Operation<ListGroupPoliciesRequest, ListGroupPoliciesResponse> = {
  service: 'iam',
  name: 'ListGroupPolicies',
  action: 'iam:ListGroupPolicies',

  resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

  handle: async ({ GroupName, ...listing }, context) =>
    listInlinePolicyNames(context, await groupOwner(context, GroupName), listing),
}
