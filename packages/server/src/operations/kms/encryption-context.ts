import { ServiceError } from '../../domain/error.ts'
import {
  type EncryptionContext,
  encryptionContextBytes,
  longestEncryptionContext,
} from '../../domain/kms-encryption-context.ts'
import type { ContextKeys } from '../operation.ts'

/** @throws {ServiceError} ValidationException when it is too long */
export function readEncryptionContext(pairs: EncryptionContext = {}): EncryptionContext {
  if (encryptionContextBytes(pairs).length > longestEncryptionContext) {
    throw new ServiceError(
      'ValidationException',
      `The encryption context is too long: all keys and values may have ${longestEncryptionContext} bytes.`,
    )
  }
  return pairs
}

/**
 * What policies may ask about an encryption. Names of condition keys are compared without regard to case, so pairs that
 * differ in it are one key of several values; kms:EncryptionContextKeys tells them apart (KMS guide, "Condition keys").
 */
export function encryptionKeys(pairs: EncryptionContext): ContextKeys {
  const names = Object.keys(pairs)
  return {
    'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
    ...(names.length === 0 ? {} : { 'kms:EncryptionContextKeys': names }),
    ...Object.fromEntries(Object.entries(pairs).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
  }
}
