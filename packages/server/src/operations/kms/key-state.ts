import { ServiceError } from '../../domain/error.ts'
import { type Key, keyArn } from '../../domain/kms-key.ts'
import type { Scope } from '../../domain/scope.ts'

/**
 * Before a key encrypts or decrypts (KMS guide, "Key states": notes 1 and 3).
 *
 * @throws {ServiceError} DisabledException, KMSInvalidStateException
 */
export function requireEnabled(key: Key, scope: Scope): void {
  if (key.state === 'Disabled') throw new ServiceError('DisabledException', `${keyArn(scope, key.keyId)} is disabled.`)
  requireStaying(key, scope)
}

/**
 * Before a key is changed.
 *
 * @throws {ServiceError} KMSInvalidStateException when it is pending deletion
 */
export function requireStaying({ keyId, state }: Key, scope: Scope): void {
  if (state !== 'PendingDeletion') return
  throw new ServiceError('KMSInvalidStateException', `${keyArn(scope, keyId)} is pending deletion.`)
}
