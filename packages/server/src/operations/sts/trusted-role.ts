import { roleArn } from '../../domain/arn.ts'
import type { Role } from '../../domain/role.ts'
import type { AccessCheck, Context, ContextKeys } from '../operation.ts'

/** What a session of a role is to have beside its name. */
export interface AskedMarks {
  readonly isTagged: boolean
  readonly sourceIdentity: string | undefined
  readonly transitiveTagKeys: readonly string[]
}

/** The role of exactly this ARN, path included. */
export async function roleByArn({ store, scope }: Context, arn: string): Promise<Role | undefined> {
  const role = await store.identities.roles.findRole(arn.slice(arn.lastIndexOf('/') + 1))
  return role && roleArn(scope, role.path, role.roleName) === arn ? role : undefined
}

/**
 * What who would be in a role has to be allowed. Tags and a source identity need permissions of their own, from the
 * caller's side and the role's, also when they are inherited from the session that asks (IAM user guide, "Permissions
 * required to add session tags" and "Permissions required to set a source identity").
 */
export function trustChecks(
  resource: string,
  role: Role | undefined,
  { isTagged, sourceIdentity, transitiveTagKeys }: AskedMarks,
  keys: ContextKeys,
): readonly AccessCheck[] {
  const check: AccessCheck = {
    resource,
    resourcePolicy: { document: role?.trustPolicy },
    // Only a role that is there has tags to ask for.
    ...(role && { identity: { kind: 'role', name: role.roleName } }),
    context: {
      ...keys,
      ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity }),
      ...(transitiveTagKeys.length === 0 ? {} : { 'sts:TransitiveTagKeys': transitiveTagKeys }),
    },
  }
  return [
    check,
    ...(isTagged ? [{ ...check, action: 'sts:TagSession' }] : []),
    ...(sourceIdentity === undefined ? [] : [{ ...check, action: 'sts:SetSourceIdentity' }]),
  ]
}
