import { ServiceError } from '../../domain/error.ts'
import type { CiphertextHead } from '../../domain/kms-ciphertext.ts'
import type { Key } from '../../domain/kms-key.ts'
import type { Context } from '../operation.ts'
import { invalidCiphertext } from './cipher.ts'
import { authorizedKeyOrAlias, type KeyAsk, keyCheck } from './key-access.ts'
import { findNamedKey } from './named-key.ts'

/**
 * The key that a ciphertext names, once the caller is allowed to use it so. Who names a key as well wants that one and
 * no other.
 *
 * @throws {ServiceError} IncorrectKeyException, NotFoundException, InvalidCiphertextException
 */
export async function keyOfCiphertext(
  context: Context,
  head: CiphertextHead,
  keyId: string | undefined,
  ask: KeyAsk,
): Promise<Key> {
  if (keyId !== undefined) {
    const key = await authorizedKeyOrAlias(context, keyId, ask)
    if (key.keyId === head.keyId) return key
    throw new ServiceError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  }
  const found = await findNamedKey(context, head.keyId)
  await context.require([await keyCheck(found, context, ask)])
  if (found.key === undefined) throw invalidCiphertext(`It was altered, or its key '${found.name.arn}' does not exist.`)
  return found.key
}
