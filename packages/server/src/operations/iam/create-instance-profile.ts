import type { CreateInstanceProfileRequest, CreateInstanceProfileResponse } from '@fairlead/wire/model/generated/iam'
import { instanceProfileArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { type InstanceProfile, instanceProfilesPerAccount } from '../../domain/instance-profile.ts'
import { uniqueId } from '../../domain/unique-id.ts'
import type { Operation } from '../operation.ts'
import { newCheck } from './check.ts'
import { describeInstanceProfile } from './instance-profiles.ts'
import { readTags, requestTagKeys, shownTags } from './tags.ts'

/** CreateInstanceProfile: a profile without a role. */
export const createInstanceProfile: Operation<CreateInstanceProfileRequest, CreateInstanceProfileResponse> = {
  service: 'iam',
  name: 'CreateInstanceProfile',
  action: 'iam:CreateInstanceProfile',

  resources: ({ InstanceProfileName, Path = '/', Tags }, scope) =>
    newCheck(instanceProfileArn(scope, Path, InstanceProfileName), Tags, 'iam:TagInstanceProfile'),
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ InstanceProfileName: profileName, Path: path = '/', Tags = [] }, context) {
    const profileId = uniqueId('AIPA', (bytes) => context.randomHex(bytes))
    const profile: InstanceProfile = { profileId, profileName, path, createdAt: context.now(), tags: readTags(Tags) }
    const answer = await context.store.identities.instanceProfiles.addProfile(profile, instanceProfilesPerAccount)
    if (answer === 'name-taken') {
      throw new ServiceError('EntityAlreadyExists', `Instance Profile ${profileName} already exists.`)
    }
    if (answer === 'too-many') {
      throw new ServiceError(
        'LimitExceeded',
        `Cannot exceed quota for InstanceProfilesPerAccount: ${instanceProfilesPerAccount}`,
      )
    }
    return { InstanceProfile: { ...(await describeInstanceProfile(context, profile)), ...shownTags(profile.tags) } }
  },
}
