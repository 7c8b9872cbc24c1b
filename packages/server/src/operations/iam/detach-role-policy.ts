import type { DetachRolePolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { detachPolicy } from './attachments.ts'
import { boundedRoleCheck } from './check.ts'
import { roleOwner } from './policy-owner.ts'

/** DetachRolePolicy: frees a role from a managed policy. */
export const detachRolePolicy: Operation<DetachRolePolicyRequest, undefined> = {
  service: 'iam',
  name: 'DetachRolePolicy',
  action: 'iam:DetachRolePolicy',

  resources: ({ RoleName, PolicyArn }, scope) => [boundedRoleCheck(scope, RoleName, { 'iam:PolicyARN': PolicyArn })],

  async handle({ RoleName, PolicyArn }, context) {
    await detachPolicy(context, await roleOwner(context, RoleName), PolicyArn)
    return undefined
  },
}
