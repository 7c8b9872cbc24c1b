import type { DetachUserPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { detachPolicy } from './attachments.ts'
import { boundedUserCheck } from './check.ts'
import { userOwner } from './policy-owner.ts'

/** DetachUserPolicy: frees a user from a managed policy. */
export const detachUserPolicy: Operation<DetachUserPolicyRequest, undefined> = {
  service: 'iam',
  name: 'DetachUserPolicy',
  action: 'iam:DetachUserPolicy',

  resources: ({ UserName, PolicyArn }, scope) => [boundedUserCheck(scope, UserName, { 'iam:PolicyARN': PolicyArn })],

  async handle({ UserName, PolicyArn }, context) {
    await detachPolicy(context, await userOwner(context, UserName), PolicyArn)
    return undefined
  },
}
