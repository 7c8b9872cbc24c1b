import type { DeleteInstanceProfileRequest } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { instanceProfileCheck } from './check.ts'
import { findInstanceProfile, noSuchInstanceProfile } from './instance-profiles.ts'

/** DeleteInstanceProfile: only a profile without a role. */
export const deleteInstanceProfile: Operation<DeleteInstanceProfileRequest, undefined> = {
  service: 'iam',
  name: 'DeleteInstanceProfile',
  action: 'iam:DeleteInstanceProfile',

  resources: ({ InstanceProfileName }, scope) => [instanceProfileCheck(scope, InstanceProfileName)],

  async handle({ InstanceProfileName }, context) {
    const { profileId } = await findInstanceProfile(context, InstanceProfileName)
    const answer = await context.store.identities.instanceProfiles.removeProfile(profileId)
    if (answer === 'not-found') throw noSuchInstanceProfile(InstanceProfileName)
    if (answer === 'has-role') {
      throw new ServiceError('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.')
    }
    return undefined
  },
}
