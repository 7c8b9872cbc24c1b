import { groupArn, instanceProfileArn, roleArn, userArn } from '../domain/arn.ts'
import type { Scope } from '../domain/scope.ts'
import type { Tags } from '../domain/tag.ts'
import type { IdentityName, IdentityStore } from '../store/identity-store.ts'

/** What policies see of what an operation of IAM touches. */
export interface IdentityResource {
  readonly arn: string
  readonly tags: Tags
  readonly boundaryArn?: string | undefined
}

const untagged: Tags = {}

/** Undefined when there is none of that name. */
export async function identityResource(
  { users, roles, groups, instanceProfiles, policies, mfaDevices, oidcProviders }: IdentityStore,
  scope: Scope,
  { kind, name }: IdentityName,
): Promise<IdentityResource | undefined> {
  switch (kind) {
    case 'user': {
      const user = await users.findUser(name)
      return user && { ...user, arn: userArn(scope, user.path, user.userName) }
    }
    case 'role': {
      const role = await roles.findRole(name)
      return role && { ...role, arn: roleArn(scope, role.path, role.roleName) }
    }
    case 'group': {
      const group = await groups.findGroup(name)
      return group && { arn: groupArn(scope, group.path, group.groupName), tags: untagged }
    }
    case 'instance-profile': {
      const profile = await instanceProfiles.findProfile(name)
      return profile && { arn: instanceProfileArn(scope, profile.path, profile.profileName), tags: profile.tags }
    }
    case 'mfa-device': {
      const device = await mfaDevices.findDevice(name)
      return device && { arn: device.serialNumber, tags: device.tags }
    }
    case 'oidc-provider':
      return await oidcProviders.findOidcProvider(name)
    case 'policy':
      return await policies.findPolicy(name)
  }
}
