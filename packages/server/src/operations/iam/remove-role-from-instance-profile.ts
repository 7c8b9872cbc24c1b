import type { RemoveRoleFromInstanceProfileRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { instanceProfileCheck } from './check.ts'
import { findRole } from './find.ts'
import { findInstanceProfile } from './instance-profiles.ts'

/** RemoveRoleFromInstanceProfile: the profile holds nothing again. */
export const removeRoleFromInstanceProfile: Operation<RemoveRoleFromInstanceProfileRequest, undefined> = {
  service: 'iam',
  name: 'RemoveRoleFromInstanceProfile',
  action: 'iam:RemoveRoleFromInstanceProfile',

  resources: ({ InstanceProfileName }, scope) => [instanceProfileCheck(scope, InstanceProfileName)],

  async handle({ InstanceProfileName, RoleName }, context) {
    const { profileId } = await findInstanceProfile(context, InstanceProfileName)
    const { roleId } = await findRole(context, RoleName)
    if (await context.store.identities.instanceProfiles.removeRole(profileId, roleId)) return undefined
    throw new ServiceError('NoSuchEntity', `The role with name ${RoleName} cannot be found.`)
  },
}
