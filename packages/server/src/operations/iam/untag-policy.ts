import type { UntagPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { findOwnPolicy } from './own-policy.ts'
import { changeTags, withoutTags } from './tags.ts'

/** UntagPolicy: takes tags away; one that is not there is no error. */
export const untagPolicy: Operation<UntagPolicyRequest, undefined> = {
  service: 'iam',
  name: 'UntagPolicy',
  action: 'iam:UntagPolicy',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],
  requestContext: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),

  async handle({ PolicyArn, TagKeys }, context) {
    const { policies } = context.store.identities
    await changeTags(
      () => findOwnPolicy(context, PolicyArn, 'iam:UntagPolicy'),
      (tags) => withoutTags(tags, TagKeys),
      (tagged, next) => policies.savePolicyTags(tagged, next),
    )
    return undefined
  },
}
