import { createHash } from 'node:crypto'
import { rootArn } from './arn.ts'
import type { Scope } from './scope.ts'

/** The key of a service, made when it is first needed and nobody named another. */
export const parameterKeyAlias = 'alias/aws/ssm'

/** What KMS is called by, in the name of a caller, when it is Systems Manager that calls (kms:ViaService). */
export function viaSystemsManager(scope: Scope): string {
  return `ssm.${scope.region}.amazonaws.com`
}

/** The same at every start, so that two who need it first make one key and not two. */
export function managedKeyId({ account, region }: Scope, aliasName: string): string {
  const hex = createHash('sha256').update(`fairlead managed key\n${account}\n${region}\n${aliasName}`).digest('hex')
  const [, a, b, c, d, e] = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(hex) ?? []
  return [a, b, c, d, e].join('-')
}

/** Whether a key belongs to a service: nobody else's has such an id. */
export function isManagedKey(scope: Scope, keyId: string): boolean {
  return keyId === managedKeyId(scope, parameterKeyAlias)
}

/**
 * Whoever may use Systems Manager may use the key through it, and nobody may change it: what AWS gives such a key
 * (KMS guide, "AWS managed keys"; the policy of alias/aws/ssm as GetKeyPolicy answers it).
 */
export function managedKeyPolicy(scope: Scope): string {
  const through = {
    Sid: 'Allow access through SSM for all principals in the account that are authorized to use SSM',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:CallerAccount': scope.account, 'kms:ViaService': viaSystemsManager(scope) },
    },
  }
  const direct = {
    Sid: 'Allow direct access to key metadata to the account',
    Effect: 'Allow',
    Principal: { AWS: rootArn(scope) },
    Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
    Resource: '*',
  }
  return JSON.stringify({ Version: '2012-10-17', Id: 'auto-ssm-1', Statement: [through, direct] })
}
