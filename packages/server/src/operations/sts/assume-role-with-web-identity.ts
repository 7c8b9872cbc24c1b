import type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
} from '@fairlead/wire/model/generated/sts'
import { roleSessionArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Role } from '../../domain/role.ts'
import { requestTagKeys } from '../iam/tags.ts'
import type { Context, Operation } from '../operation.ts'
import { packedSize } from './packed-size.ts'
import { readSessionPolicies } from './session-policies.ts'
import { readSessionTags } from './session-tags.ts'
import { roleByArn, trustChecks } from './trusted-role.ts'
import { webIdentityKeys } from './web-identity-keys.ts'
import { type ClaimedMarks, claimedMarks } from './web-identity-tags.ts'
import { readWebIdentityToken, type WebIdentity } from './web-identity-token.ts'
import { wireCredentials } from './wire-credentials.ts'

const defaultSeconds = 3_600

/**
 * AssumeRoleWithWebIdentity: a role's credentials for whoever an issuer of identity tokens vouches for. The token is
 * the proof; the request is not signed. A role that does not exist is refused as one that does not trust.
 */
export const assumeRoleWithWebIdentity: Operation<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse> =
  {
    service: 'sts',
    name: 'AssumeRoleWithWebIdentity',
    action: 'sts:AssumeRoleWithWebIdentity',
    authentication: 'identity-token',

    resources: () => [],

    async handle(input, context) {
      if (input.ProviderId !== undefined) {
        throw new ServiceError('ValidationError', 'ProviderId must not be given with an OpenID Connect token.')
      }
      const identity = await readWebIdentityToken(input.WebIdentityToken, context)
      const claimed = claimedMarks(identity)
      const { SourceIdentity } = claimed
      const tags = readSessionTags(claimed)
      const role = await trustingRole(input, identity, claimed, context)
      const seconds = input.DurationSeconds ?? defaultSeconds
      if (seconds > role.maxSessionSeconds) {
        throw new ServiceError(
          'ValidationError',
          'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
        )
      }
      const policies = await readSessionPolicies(input, context)
      const marks = {
        ...policies,
        ...tags,
        ...(SourceIdentity && { sourceIdentity: SourceIdentity }),
        federatedProvider: identity.provider.arn,
      }
      const packed = packedSize(marks)
      const { roleName, roleId } = role
      const sessionName = input.RoleSessionName
      const credentials = await context.issueCredentials({ roleName, sessionName, marks }, seconds * 1000)
      return {
        Credentials: wireCredentials(credentials),
        SubjectFromWebIdentityToken: identity.subject,
        AssumedRoleUser: {
          AssumedRoleId: `${roleId}:${sessionName}`,
          Arn: roleSessionArn(context.scope, roleName, sessionName),
        },
        Provider: identity.provider.arn,
        Audience: identity.audience,
        ...(marks.policy || marks.policyArns || marks.tags ? { PackedPolicySize: packed } : {}),
        ...(SourceIdentity && { SourceIdentity }),
      }
    },
  }

/** Throws AccessDenied, in the same words whether the role is there or not. */
async function trustingRole(
  { RoleArn: resource, RoleSessionName }: AssumeRoleWithWebIdentityRequest,
  identity: WebIdentity,
  { Tags, TransitiveTagKeys, SourceIdentity }: ClaimedMarks,
  context: Context,
): Promise<Role> {
  const { scope, decideAs } = context
  const role = await roleByArn(context, resource)
  const asked = { isTagged: Tags.length > 0, sourceIdentity: SourceIdentity, transitiveTagKeys: TransitiveTagKeys }
  const checks = trustChecks(resource, role, asked, {
    ...webIdentityKeys(identity),
    'sts:RoleSessionName': RoleSessionName,
    ...requestTagKeys(Tags),
  })
  const { provider, subject, audience } = identity
  const caller = {
    kind: 'web-identity',
    account: scope.account,
    arn: `${provider.url}:${subject}`,
    userId: `${provider.arn}:${audience}:${subject}`,
    subject,
    provider: provider.arn,
  } as const
  const decisions = await decideAs(caller, checks)
  const failed = decisions.findIndex(({ effect }) => effect !== 'Allowed')
  if (role && failed === -1) return role
  const action = checks[failed]?.action ?? 'sts:AssumeRoleWithWebIdentity'
  throw new ServiceError('AccessDenied', `Not authorized to perform ${action}`)
}
