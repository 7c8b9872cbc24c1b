import type { AddRoleToInstanceProfileRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { instanceProfileCheck, roleCheck } from './check.ts'
import { findRole } from './find.ts'
import { findInstanceProfile, noSuchInstanceProfile } from './instance-profiles.ts'

/** AddRoleToInstanceProfile: whoever may launch instances with the profile hands them the role, so it has to be passed. */
export const addRoleToInstanceProfile: Operation<AddRoleToInstanceProfileRequest, undefined> = {
  service: 'iam',
  name: 'AddRoleToInstanceProfile',
  action: 'iam:AddRoleToInstanceProfile',

  resources: ({ InstanceProfileName, RoleName }, scope) => [
    instanceProfileCheck(scope, InstanceProfileName),
    {
      ...roleCheck(scope, RoleName, { 'iam:PassedToService': 'ec2.amazonaws.com' }),
      action: 'iam:PassRole',
    },
  ],

  async handle({ InstanceProfileName, RoleName }, context) {
    const { profileId } = await findInstanceProfile(context, InstanceProfileName)
    const { roleId } = await findRole(context, RoleName)
    const answer = await context.store.identities.instanceProfiles.addRole(profileId, roleId)
    if (answer === 'has-role') {
      throw new ServiceError('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1')
    }
    if (answer === 'not-found') throw noSuchInstanceProfile(InstanceProfileName)
    return undefined
  },
}
