import type { AttachRolePolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { attachPolicy } from './attachments.ts'
import { boundedRoleCheck } from './check.ts'
import { roleOwner } from './policy-owner.ts'

/** AttachRolePolicy: binds a role to a managed policy. */
export const attachRolePolicy: Operation<AttachRolePolicyRequest, undefined> = {
  service: 'iam',
  name: 'AttachRolePolicy',
  action: 'iam:AttachRolePolicy',

  resources: ({ RoleName, PolicyArn }, scope) => [boundedRoleCheck(scope, RoleName, { 'iam:PolicyARN': PolicyArn })],

  async handle({ RoleName, PolicyArn }, context) {
    await attachPolicy(context, await roleOwner(context, RoleName), PolicyArn)
    return undefined
  },
}
