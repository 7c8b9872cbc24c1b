import type { GetFederationTokenRequest, GetFederationTokenResponse } from '@fairlead/wire/model/generated/sts'
import { federatedUserArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { requestTagKeys } from '../iam/tags.ts'
import type { Operation } from '../operation.ts'
import { packedSize } from './packed-size.ts'
import { readSessionPolicies } from './session-policies.ts'
import { readSessionTags } from './session-tags.ts'
import { wireCredentials } from './wire-credentials.ts'

const defaultSeconds = 43_200
/** The root's sessions last an hour whatever is asked (GetFederationToken reference, "DurationSeconds"). */
const longestOfRoot = 3_600

/** GetFederationToken: credentials for somebody whom the caller vouches for, within the caller's policies and the session's. */
export const getFederationToken: Operation<GetFederationTokenRequest, GetFederationTokenResponse> = {
  service: 'sts',
  name: 'GetFederationToken',
  action: 'sts:GetFederationToken',

  resources({ Name, Tags = [] }, scope) {
    const check = { resource: federatedUserArn(scope, Name) }
    return Tags.length === 0 ? [check] : [check, { ...check, action: 'sts:TagSession' }]
  },
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle(input, context) {
    const { caller, scope } = context
    if (caller.kind !== 'user' && caller.kind !== 'root') {
      throw new ServiceError('AccessDenied', 'Cannot call GetFederationToken with session credentials')
    }
    const { Name, DurationSeconds: asked } = input
    const marks = { ...(await readSessionPolicies(input, context)), ...readSessionTags({ Tags: input.Tags }) }
    const packed = packedSize(marks)
    const isRoot = caller.kind === 'root'
    const seconds = isRoot ? Math.min(asked ?? longestOfRoot, longestOfRoot) : (asked ?? defaultSeconds)
    const whose = isRoot ? { userId: undefined, rootKeyId: caller.accessKeyId } : { userId: caller.userId }
    const claims = { ...whose, federatedName: Name, marks }
    return {
      Credentials: wireCredentials(await context.issueCredentials(claims, seconds * 1000)),
      FederatedUser: { FederatedUserId: `${scope.account}:${Name}`, Arn: federatedUserArn(scope, Name) },
      ...(Object.keys(marks).length === 0 ? {} : { PackedPolicySize: packed }),
    }
  },
}
