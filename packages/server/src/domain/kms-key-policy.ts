import { rootArn } from './arn.ts'
import type { Scope } from './scope.ts'

/** The only name that a key policy has (GetKeyPolicy reference). */
export const keyPolicyName = 'default'

/** What a key gets whose maker says nothing else: the account's identity policies decide (KMS guide, "Default key policy"). */
export function defaultKeyPolicy(scope: Scope): string {
  const statement = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: rootArn(scope) },
    Action: 'kms:*',
    Resource: '*',
  }
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-default-1', Statement: [statement] }, undefined, 2)
}
