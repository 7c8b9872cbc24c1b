import { ServiceError } from '../../domain/error.ts'
import type { ManagedPolicy } from '../../domain/managed-policy.ts'
import type { Context } from '../operation.ts'
import { findPolicy } from './find.ts'

/** A policy that is about to be changed: AWS's own are not even root's to change. */
export async function findOwnPolicy(context: Context, policyArn: string, action: string): Promise<ManagedPolicy> {
  if (policyArn.startsWith('arn:aws:iam::aws:')) {
    throw new ServiceError(
      'AccessDenied',
      `User: ${context.caller.arn} is not authorized to perform: ${action} on resource: policy ${policyArn}`,
    )
  }
  return findPolicy(context, policyArn)
}

export function noSuchVersion(policyArn: string, versionId: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `Policy ${policyArn} version ${versionId} does not exist or is not attachable.`,
  )
}

/** What IAM says of a managed policy that is too long (IAM quotas). */
export const managedPolicyTooLong = 'Cannot exceed quota for PolicySize: 6144'
