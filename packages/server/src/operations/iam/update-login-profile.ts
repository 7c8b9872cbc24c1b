import type { UpdateLoginProfileRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findLoginProfile, newPasswordHash } from './login-profiles.ts'

/** UpdateLoginProfile: gives a user another password, or says whether it has to be changed. */
export const updateLoginProfile: Operation<UpdateLoginProfileRequest, undefined> = {
  service: 'iam',
  name: 'UpdateLoginProfile',
  action: 'iam:UpdateLoginProfile',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  async handle({ UserName, Password, PasswordResetRequired }, context) {
    const { profile } = await findLoginProfile(context, UserName)
    const next = {
      ...profile,
      ...(Password !== undefined && {
        ...(await newPasswordHash(Password, profile, context)),
        changedAt: context.now(),
      }),
      mustReset: PasswordResetRequired ?? profile.mustReset,
    }
    if (await context.store.identities.loginProfiles.saveLoginProfile(profile, next)) return undefined
    throw new ServiceError('EntityTemporarilyUnmodifiable', 'The password is being changed by others. Try again.')
  },
}
