import type { GetInstanceProfileRequest, GetInstanceProfileResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { instanceProfileCheck } from './check.ts'
import { describeInstanceProfile, findInstanceProfile } from './instance-profiles.ts'
import { shownTags } from './tags.ts'

/** GetInstanceProfile: one profile with its role. */
export const getInstanceProfile: Operation<GetInstanceProfileRequest, GetInstanceProfileResponse> = {
  service: 'iam',
  name: 'GetInstanceProfile',
  action: 'iam:GetInstanceProfile',

  resources: ({ InstanceProfileName }, scope) => [instanceProfileCheck(scope, InstanceProfileName)],

  async handle({ InstanceProfileName }, context) {
    const profile = await findInstanceProfile(context, InstanceProfileName)
    return { InstanceProfile: { ...(await describeInstanceProfile(context, profile)), ...shownTags(profile.tags) } }
  },
}
