import type { AttachUserPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { attachPolicy } from './attachments.ts'
import { boundedUserCheck } from './check.ts'
import { userOwner } from './policy-owner.ts'

/** AttachUserPolicy: binds a user to a managed policy. */
export const attachUserPolicy: Operation<AttachUserPolicyRequest, undefined> = {
  service: 'iam',
  name: 'AttachUserPolicy',
  action: 'iam:AttachUserPolicy',

  resources: ({ UserName, PolicyArn }, scope) => [boundedUserCheck(scope, UserName, { 'iam:PolicyARN': PolicyArn })],

  async handle({ UserName, PolicyArn }, context) {
    await attachPolicy(context, await userOwner(context, UserName), PolicyArn)
    return undefined
  },
}
