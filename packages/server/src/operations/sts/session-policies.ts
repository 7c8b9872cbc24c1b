import type { AssumeRoleRequest } from '@fairlead/wire/model/generated/sts'
import { ServiceError } from '../../domain/error.ts'
import type { SessionMarks } from '../../domain/session-marks.ts'
import { checkDocument } from '../iam/policy-document.ts'
import type { Context } from '../operation.ts'

/** Characters of the inline policy and the ARNs together, and how many ARNs (AssumeRole reference, "PolicyArns"). */
const longestPlain = 2_048
const mostArns = 10

/**
 * The policies that a request narrows its session with.
 *
 * @throws {ServiceError} MalformedPolicyDocument, or ValidationError for one that is too long or not there
 */
export async function readSessionPolicies(
  { Policy, PolicyArns = [] }: Pick<AssumeRoleRequest, 'Policy' | 'PolicyArns'>,
  { store, scope }: Context,
): Promise<Pick<SessionMarks, 'policy' | 'policyArns'>> {
  const policyArns = PolicyArns.map(({ arn = '' }) => arn)
  const length = [Policy ?? '', ...policyArns].reduce((sum, text) => sum + text.length, 0)
  if (length > longestPlain) {
    throw new ServiceError(
      'ValidationError',
      `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${longestPlain}`,
    )
  }
  if (policyArns.length > mostArns) {
    throw new ServiceError(
      'ValidationError',
      `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${mostArns}`,
    )
  }
  if (Policy !== undefined) checkDocument(Policy, 'session', 'The session policy is too long.')
  for (const arn of policyArns) {
    const ours = arn.startsWith(`arn:aws:iam::${scope.account}:policy/`) || arn.startsWith('arn:aws:iam::aws:policy/')
    if (ours && (await store.identities.policies.findPolicy(arn))) continue
    throw new ServiceError('ValidationError', `Policy ${arn} does not exist or is not attachable.`)
  }
  return {
    ...(Policy === undefined ? {} : { policy: Policy }),
    ...(policyArns.length === 0 ? {} : { policyArns: [...new Set(policyArns)] }),
  }
}
