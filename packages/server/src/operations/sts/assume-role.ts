import type { AssumeRoleRequest, AssumeRoleResponse } from '@fairlead/wire/model/generated/sts'
import { roleSessionArn } from '../../domain/arn.ts'
import type { Caller } from '../../domain/caller.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Role } from '../../domain/role.ts'
import type { SessionMarks } from '../../domain/session-marks.ts'
import { requestTagKeys } from '../iam/tags.ts'
import type { AccessCheck, Context, Operation } from '../operation.ts'
import { showsMfaCode } from './mfa-code.ts'
import { packedSize } from './packed-size.ts'
import { readSessionPolicies } from './session-policies.ts'
import { readSessionTags } from './session-tags.ts'
import { roleByArn, trustChecks } from './trusted-role.ts'
import { wireCredentials } from './wire-credentials.ts'

const defaultSeconds = 3_600
/** The longest session of a role that was assumed with another role's credentials (AssumeRole reference). */
const longestChainedSeconds = 3_600

/**
 * AssumeRole: temporary credentials with a role's permissions, narrowed by session policies.
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
    const { caller } = context
    if (caller.kind === 'root') {
      throw new ServiceError('AccessDenied', 'Roles may not be assumed by root accounts.')
    }
    const before = caller.kind === 'role-session' ? caller.marks : undefined
    const tags = readSessionTags(input, before)
    const sourceIdentity = sourceIdentityOf(input, caller, before)
    const found = await roleByArn(context, input.RoleArn)
    const hasCode = await showsMfaCode(input, context)
    await context.require(checks(input, found, { ...tags, sourceIdentity }, hasCode))
    if (!found) throw new Error('A role that does not exist was allowed')

    const seconds = sessionSeconds(input, found, context)
    const marks = { ...(await readSessionPolicies(input, context)), ...tags, ...(sourceIdentity && { sourceIdentity }) }
    const packed = packedSize(marks)
    const { roleName, roleId } = found
    const sessionName = input.RoleSessionName
    const credentials = await context.issueCredentials({ roleName, sessionName, marks }, seconds * 1000)
    return {
      Credentials: wireCredentials(credentials),
      AssumedRoleUser: {
        AssumedRoleId: `${roleId}:${sessionName}`,
        Arn: roleSessionArn(context.scope, roleName, sessionName),
      },
      ...(marks.policy || marks.policyArns || marks.tags ? { PackedPolicySize: packed } : {}),
      ...(sourceIdentity && { SourceIdentity: sourceIdentity }),
    }
  },
}

function checks(
  { RoleArn, RoleSessionName, ExternalId, Tags, TransitiveTagKeys = [] }: AssumeRoleRequest,
  role: Role | undefined,
  { tags, sourceIdentity }: SessionMarks,
  hasCode: boolean,
): readonly AccessCheck[] {
  const asked = { isTagged: tags !== undefined, sourceIdentity, transitiveTagKeys: TransitiveTagKeys }
  return trustChecks(RoleArn, role, asked, {
    'sts:RoleSessionName': RoleSessionName,
    ...(ExternalId === undefined ? {} : { 'sts:ExternalId': ExternalId }),
    ...requestTagKeys(Tags),
    // Of the caller's own session too: the code of this request is the newer one.
    ...(hasCode ? { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' } : {}),
  })
}

/** Set once in a chain of sessions; whoever comes later may repeat it and nothing else. */
function sourceIdentityOf(
  { SourceIdentity }: AssumeRoleRequest,
  caller: Caller,
  before: SessionMarks | undefined,
): string | undefined {
  const inherited = before?.sourceIdentity
  if (inherited === undefined || SourceIdentity === undefined || SourceIdentity === inherited) {
    return SourceIdentity ?? inherited
  }
  throw new ServiceError(
    'AccessDenied',
    `User: ${caller.arn} cannot set the source identity ${SourceIdentity}: its session has another, which does not change.`,
  )
}

function sessionSeconds(input: AssumeRoleRequest, role: Role, { caller }: Context): number {
  if (input.ProvidedContexts !== undefined) {
    // To take it and not apply it would say more than is so.
    throw new ServiceError('ValidationError', 'ProvidedContexts is not supported by this server yet.')
  }
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
