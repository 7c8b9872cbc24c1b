import type { AssumeRoleRequest, AssumeRoleResponse } from '@fairlead/wire/model/generated/sts'
import { roleArn, roleSessionArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Role } from '../../domain/role.ts'
import type { Context, Operation } from '../operation.ts'

const defaultSeconds = 3_600
/** The longest session of a role that was assumed with another role's credentials (AssumeRole reference). */
const longestChainedSeconds = 3_600

/** What would narrow or mark the session. To take it and not apply it would give more than was asked for. */
const notServed = [
  'Policy',
  'PolicyArns',
  'Tags',
  'TransitiveTagKeys',
  'SerialNumber',
  'TokenCode',
  'SourceIdentity',
  'ProvidedContexts',
] as const

/**
 * AssumeRole: temporary credentials with a role's permissions.
 *
 * The trust policy must let the caller in; it is the resource's own, so it is asked here and not before. A role
 * that does not exist is refused as one that does not trust the caller.
 */
export const assumeRole: Operation<AssumeRoleRequest, AssumeRoleResponse> = {
  service: 'sts',
  name: 'AssumeRole',
  action: 'sts:AssumeRole',

  resources: () => [],

  async handle(input, context) {
    const { RoleArn: resource, RoleSessionName: sessionName, ExternalId } = input
    if (context.caller.kind === 'root') {
      throw new ServiceError('AccessDenied', 'Roles may not be assumed by root accounts.')
    }
    const found = await findByArn(context, resource)
    const externalId = ExternalId === undefined ? {} : { 'sts:ExternalId': ExternalId }
    const keys = { 'sts:RoleSessionName': sessionName, ...externalId }
    await context.require([{ resource, resourcePolicy: { document: found?.trustPolicy }, context: keys }])
    if (!found) throw new Error('A role that does not exist was allowed')

    const seconds = sessionSeconds(input, found, context)
    const credentials = await context.issueCredentials({ roleName: found.roleName, sessionName }, seconds * 1000)
    return {
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: credentials.expiresAt,
      },
      AssumedRoleUser: {
        AssumedRoleId: `${found.roleId}:${sessionName}`,
        Arn: roleSessionArn(context.scope, found.roleName, sessionName),
      },
    }
  },
}

/** The role of exactly this ARN, path included. */
async function findByArn({ store, scope }: Context, arn: string): Promise<Role | undefined> {
  const role = await store.identities.roles.findRole(arn.slice(arn.lastIndexOf('/') + 1))
  return role && roleArn(scope, role.path, role.roleName) === arn ? role : undefined
}

function sessionSeconds(input: AssumeRoleRequest, role: Role, { caller }: Context): number {
  const unserved = notServed.find((member) => input[member] !== undefined)
  if (unserved) throw new ServiceError('ValidationError', `${unserved} is not supported by this server yet.`)
  const { DurationSeconds: seconds = defaultSeconds } = input
  if (seconds > role.maxSessionSeconds) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    )
  }
  if (caller.kind === 'role-session' && seconds > longestChainedSeconds) {
    throw new ServiceError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  return seconds
}
