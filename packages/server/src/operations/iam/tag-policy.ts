import type { TagPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { findOwnPolicy } from './own-policy.ts'
import { changeTags, readTags, requestTagKeys, withTags } from './tags.ts'

/** TagPolicy: adds tags to a managed policy, or gives those that are there another value. */
export const tagPolicy: Operation<TagPolicyRequest, undefined> = {
  service: 'iam',
  name: 'TagPolicy',
  action: 'iam:TagPolicy',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ PolicyArn, Tags }, context) {
    const { policies } = context.store.identities
    const added = readTags(Tags)
    await changeTags(
      () => findOwnPolicy(context, PolicyArn, 'iam:TagPolicy'),
      (tags) => withTags(tags, added),
      (tagged, next) => policies.savePolicyTags(tagged, next),
    )
    return undefined
  },
}
