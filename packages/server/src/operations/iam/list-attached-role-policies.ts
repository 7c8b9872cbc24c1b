import type {
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { listAttachedPolicies } from './attachments.ts'
import { roleCheck } from './check.ts'
import { roleOwner } from './policy-owner.ts'

/** ListAttachedRolePolicies: the managed policies that a role is bound to. */
export const listAttachedRolePolicies: Operation<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse> = {
  service: 'iam',
  name: 'ListAttachedRolePolicies',
  action: 'iam:ListAttachedRolePolicies',

  resources: ({ RoleName }, scope) => [roleCheck(scope, RoleName)],

  handle: async ({ RoleName, ...listing }, context) =>
    listAttachedPolicies(context, await roleOwner(context, RoleName), listing),
}
