import { ServiceError } from '../../domain/error.ts'
import { missingPrincipal } from '../named-principals.ts'
import type { Context } from '../operation.ts'
import { checkDocument } from './policy-document.ts'

/** What IAM says of a trust policy that is too long (IAM quotas). */
const tooLong = 'Cannot exceed quota for ACLSizePerRole: 2048'

/**
 * Checks who may assume a role before it is stored.
 *
 * @throws {ServiceError} MalformedPolicyDocument, LimitExceeded
 */
export async function checkTrustPolicy(document: string, context: Pick<Context, 'store' | 'scope'>): Promise<void> {
  const missing = await missingPrincipal(checkDocument(document, 'trust', tooLong), context)
  if (missing === undefined) return
  throw new ServiceError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${missing}"`)
}
