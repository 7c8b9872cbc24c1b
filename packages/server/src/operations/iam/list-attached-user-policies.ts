import type {
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { listAttachedPolicies } from './attachments.ts'
import { userCheck } from './check.ts'
import { userOwner } from './policy-owner.ts'

/** ListAttachedUserPolicies: the managed policies that a user is bound to. */
export const listAttachedUserPolicies: Operation<ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse> = {
  service: 'iam',
  name: 'ListAttachedUserPolicies',
  action: 'iam:ListAttachedUserPolicies',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  handle: async ({ UserName, ...listing }, context) =>
    listAttachedPolicies(context, await userOwner(context, UserName), listing),
}
