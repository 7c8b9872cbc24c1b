import type { TagInstanceProfileRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { instanceProfileCheck } from './check.ts'
import { findInstanceProfile } from './instance-profiles.ts'
import { changeTags, readTags, requestTagKeys, withTags } from './tags.ts'

/** TagInstanceProfile: adds tags to an instance profile, or gives those that are there another value. */
export const tagInstanceProfile: Operation<TagInstanceProfileRequest, undefined> = {
  service: 'iam',
  name: 'TagInstanceProfile',
  action: 'iam:TagInstanceProfile',

  resources: ({ InstanceProfileName }, scope) => [instanceProfileCheck(scope, InstanceProfileName)],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ InstanceProfileName, Tags }, context) {
    const { instanceProfiles } = context.store.identities
    const added = readTags(Tags)
    await changeTags(
      () => findInstanceProfile(context, InstanceProfileName),
      (tags) => withTags(tags, added),
      (tagged, next) => instanceProfiles.saveProfileTags(tagged, next),
    )
    return undefined
  },
}
