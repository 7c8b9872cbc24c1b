import type { ChangePasswordRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import { isPassword } from '../../domain/password.ts'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findLoginProfile, newPasswordHash, requireOfOwnPassword } from './login-profiles.ts'

/** ChangePassword: a user gives itself another password, and shows the old one. */
export const changePassword: Operation<ChangePasswordRequest, undefined> = {
  service: 'iam',
  name: 'ChangePassword',
  action: 'iam:ChangePassword',
  takesPassword: true,

  // Asked in `handle`: the account may let every user do this without a policy.
  resources: () => [],

  async handle({ OldPassword, NewPassword }, context) {
    const { caller, scope, store } = context
    await requireOfOwnPassword(context, userOrCallerCheck(scope, caller, undefined))
    if (caller.kind !== 'user') throw new ServiceError('InvalidUserType', 'Only users can change their own password.')
    const { profile } = await findLoginProfile(context, caller.userName)
    if (!(await isPassword(OldPassword, profile.passwordHash))) {
      throw new ServiceError('AccessDenied', 'The old password was incorrect.')
    }
    const hashes = await newPasswordHash(NewPassword, profile, context)
    const next = { ...profile, ...hashes, mustReset: false, changedAt: context.now() }
    if (await store.identities.loginProfiles.saveLoginProfile(profile, next)) return undefined
    throw new ServiceError('EntityTemporarilyUnmodifiable', 'The password is being changed by others. Try again.')
  },
}
