import type { KeyMetadata } from '@fairlead/wire/model/generated/kms'
import { type Key, keyArn } from '../../domain/kms-key.ts'
import type { Scope } from '../../domain/scope.ts'

/** `manager` is AWS for the key of a service. */
export function keyMetadata(key: Key, scope: Scope, manager: 'CUSTOMER' | 'AWS' = 'CUSTOMER'): KeyMetadata {
  const { keyId, createdAt, description, state, deletionAt, material } = key
  return {
    AWSAccountId: scope.account,
    KeyId: keyId,
    Arn: keyArn(scope, keyId),
    CreationDate: createdAt,
    Enabled: state === 'Enabled',
    Description: description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: state,
    ...(deletionAt === undefined ? {} : { DeletionDate: deletionAt }),
    Origin: 'AWS_KMS',
    KeyManager: manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
    CurrentKeyMaterialId: material.id,
  }
}
