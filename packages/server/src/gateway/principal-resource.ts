import { roleArn, userArn } from '../domain/arn.ts'
import type { Scope } from '../domain/scope.ts'
import type { Tags } from '../domain/tag.ts'
import type { IdentityStore, PrincipalName } from '../store/identity-store.ts'

/** What policies see of a user or role that an operation touches, or undefined when there is none of that name. */
export async function principalResource(
  { users, roles }: IdentityStore,
  scope: Scope,
  { kind, name }: PrincipalName,
): Promise<{ readonly arn: string; readonly tags: Tags } | undefined> {
  if (kind === 'user') {
    const user = await users.findUser(name)
    return user && { arn: userArn(scope, user.path, user.userName), tags: user.tags }
  }
  const role = await roles.findRole(name)
  return role && { arn: roleArn(scope, role.path, role.roleName), tags: role.tags }
}
