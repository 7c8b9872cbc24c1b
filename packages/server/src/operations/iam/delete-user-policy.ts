import type { DeleteUserPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { boundedUserCheck } from './check.ts'
import { removeInlinePolicy } from './inline-policies.ts'
import { userOwner } from './policy-owner.ts'

/** DeleteUserPolicy: removes an inline policy from a user. */
export const deleteUserPolicy: Operation<DeleteUserPolicyRequest, undefined> = {
  service: 'iam',
  name: 'DeleteUserPolicy',
  action: 'iam:DeleteUserPolicy',

  resources: ({ UserName }, scope) => [boundedUserCheck(scope, UserName)],

  async handle({ UserName, PolicyName }, context) {
    await removeInlinePolicy(context, await userOwner(context, UserName), PolicyName)
    return undefined
  },
}
