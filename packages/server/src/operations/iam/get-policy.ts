import type { GetPolicyRequest, GetPolicyResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { describePolicy } from './describe.ts'
import { findPolicy } from './find.ts'
import { shownTags } from './tags.ts'

/** GetPolicy: one managed policy; its text is a version's. */
export const getPolicy: Operation<GetPolicyRequest, GetPolicyResponse> = {
  service: 'iam',
  name: 'GetPolicy',
  action: 'iam:GetPolicy',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn }, context) {
    const policy = await findPolicy(context, PolicyArn)
    const Description = policy.description === undefined ? {} : { Description: policy.description }
    return { Policy: { ...describePolicy(policy), ...Description, ...shownTags(policy.tags) } }
  },
}
