import type { GetLoginProfileRequest, GetLoginProfileResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { describeLoginProfile, findLoginProfile } from './login-profiles.ts'

/** GetLoginProfile: that a user has a password, and since when; never which. */
export const getLoginProfile: Operation<GetLoginProfileRequest, GetLoginProfileResponse> = {
  service: 'iam',
  name: 'GetLoginProfile',
  action: 'iam:GetLoginProfile',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName }, context) {
    const { user, profile } = await findLoginProfile(context, UserName)
    return { LoginProfile: describeLoginProfile(user.userName, profile) }
  },
}
