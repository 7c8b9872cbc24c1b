import type { UntagInstanceProfileRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { instanceProfileCheck } from './check.ts'
import { findInstanceProfile } from './instance-profiles.ts'
import { changeTags, withoutTags } from './tags.ts'

/** UntagInstanceProfile: takes tags away; one that is not there is no error. */
export const untagInstanceProfile: Operation<UntagInstanceProfileRequest, undefined> = {
  service: 'iam',
  name: 'UntagInstanceProfile',
  action: 'iam:UntagInstanceProfile',

  resources: ({ InstanceProfileName }, scope) => [instanceProfileCheck(scope, InstanceProfileName)],
  requestContext: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),

  async handle({ InstanceProfileName, TagKeys }, context) {
    const { instanceProfiles } = context.store.identities
    await changeTags(
      () => findInstanceProfile(context, InstanceProfileName),
      (tags) => withoutTags(tags, TagKeys),
      (tagged, next) => instanceProfiles.saveProfileTags(tagged, next),
    )
    return undefined
  },
}
