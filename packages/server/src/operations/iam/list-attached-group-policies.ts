import type {
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { listAttachedPolicies } from './attachments.ts'
import { groupCheck } from './check.ts'
import { groupOwner } from './policy-owner.ts'

/** ListAttachedGroupPolicies: the managed policies that the users of a group are bound to. */
export const listAttachedGroupPolicies: Operation<ListAttachedGroupPoliciesRequest, ListAttachedGroupPoliciesResponse> =
  {
    service: 'iam',
    name: 'ListAttachedGroupPolicies',
    action: 'iam:ListAttachedGroupPolicies',

    resources: ({ GroupName }, scope) => [groupCheck(scope, GroupName)],

    handle: async ({ GroupName, ...listing }, context) =>
      listAttachedPolicies(context, await groupOwner(context, GroupName), listing),
  }
