import type { InstanceProfile as WireInstanceProfile } from '@fairlead/wire/model/generated/iam'
import { instanceProfileArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { InstanceProfile } from '../../domain/instance-profile.ts'
import type { Context } from '../operation.ts'
import { describeRole } from './describe.ts'

/** Throws NoSuchEntity. */
export async function findInstanceProfile({ store }: Context, profileName: string): Promise<InstanceProfile> {
  const profile = await store.identities.instanceProfiles.findProfile(profileName)
  if (!profile) throw noSuchInstanceProfile(profileName)
  return profile
}

export function noSuchInstanceProfile(profileName: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Instance Profile ${profileName} cannot be found.`)
}

/** With its role, and without its tags, as listings show it (ListInstanceProfiles reference). */
export async function describeInstanceProfile(
  { store, scope }: Context,
  { profileId, profileName, path, roleId, createdAt }: InstanceProfile,
): Promise<WireInstanceProfile> {
  const role = roleId === undefined ? undefined : await store.identities.roles.findRoleById(roleId)
  return {
    Path: path,
    InstanceProfileName: profileName,
    InstanceProfileId: profileId,
    Arn: instanceProfileArn(scope, path, profileName),
    CreateDate: createdAt,
    Roles: role ? [describeRole(role, scope)] : [],
  }
}
