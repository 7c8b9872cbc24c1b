import type { CreateLoginProfileRequest, CreateLoginProfileResponse } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller } from './find.ts'
import { describeLoginProfile, newPasswordHash } from './login-profiles.ts'

/** CreateLoginProfile: gives a user a password. */
export const createLoginProfile: Operation<CreateLoginProfileRequest, CreateLoginProfileResponse> = {
  service: 'iam',
  name: 'CreateLoginProfile',
  action: 'iam:CreateLoginProfile',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName, Password, PasswordResetRequired: mustReset = false }, context) {
    const user = await findUserOrCaller(context, UserName)
    if (user === undefined) throw new ServiceError('NoSuchEntity', 'The root of the account has no login profile here.')
    if (Password === undefined) throw new ServiceError('ValidationError', 'A password is required.')
    const hashes = await newPasswordHash(Password, undefined, context)
    const at = context.now()
    const profile = { userId: user.userId, ...hashes, mustReset, createdAt: at, changedAt: at }
    const answer = await context.store.identities.loginProfiles.addLoginProfile(profile)
    if (answer === 'taken') {
      throw new ServiceError('EntityAlreadyExists', `Login Profile for user ${user.userName} already exists.`)
    }
    if (answer === 'no-user') {
      throw new ServiceError('NoSuchEntity', `The user with name ${user.userName} cannot be found.`)
    }
    return { LoginProfile: describeLoginProfile(user.userName, profile) }
  },
}
