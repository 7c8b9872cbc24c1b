import type { DeleteLoginProfileRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller } from './find.ts'
import { noSuchLoginProfile } from './login-profiles.ts'

/** DeleteLoginProfile: takes a user's password away; access keys stay. */
export const deleteLoginProfile: Operation<DeleteLoginProfileRequest, undefined> = {
  service: 'iam',
  name: 'DeleteLoginProfile',
  action: 'iam:DeleteLoginProfile',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName }, context) {
    const user = await findUserOrCaller(context, UserName)
    if (user && (await context.store.identities.loginProfiles.removeLoginProfile(user.userId))) return undefined
    throw noSuchLoginProfile(user?.userName ?? 'root')
  },
}
