import { ServiceError } from '../../domain/error.ts'
import {
  type CiphertextHead,
  ciphertextRandomness,
  decrypt,
  encrypt,
  readCiphertext,
} from '../../domain/kms-ciphertext.ts'
import type { EncryptionContext } from '../../domain/kms-encryption-context.ts'
import { type Key, keyArn } from '../../domain/kms-key.ts'
import type { Context } from '../operation.ts'
import { keyNotFound } from './named-key.ts'

/** Encrypts under the key's current material. */
export async function encryptUnder(
  context: Context,
  key: Key,
  plaintext: Uint8Array,
  pairs: EncryptionContext,
): Promise<Uint8Array> {
  const head = { keyId: key.keyId, materialVersion: key.material.version }
  const material = await context.store.keys.findMaterial(key.keyId, key.material.version)
  if (material === undefined) throw keyNotFound(keyArn(context.scope, key.keyId))
  return encrypt(
    plaintext,
    { head, material: material.bytes, context: pairs },
    randomBytes(context, ciphertextRandomness),
  )
}

export interface Decrypted {
  readonly plaintext: Uint8Array
  /** Which of the key's materials had encrypted it. */
  readonly materialId: string
}

/** @throws {ServiceError} InvalidCiphertextException when it is not whole, or bound to another encryption context */
export async function decryptUnder(
  { store }: Context,
  ciphertext: Uint8Array,
  head: CiphertextHead,
  pairs: EncryptionContext,
): Promise<Decrypted> {
  const material = await store.keys.findMaterial(head.keyId, head.materialVersion)
  const plaintext = material && decrypt(ciphertext, { head, material: material.bytes, context: pairs })
  if (material === undefined || plaintext === undefined) {
    throw invalidCiphertext('It was altered, or encrypted under another encryption context.')
  }
  return { plaintext, materialId: material.id }
}

/** @throws {ServiceError} InvalidCiphertextException when it cannot come from here, ValidationException when there is none */
export function headOf(ciphertext: Uint8Array | undefined): CiphertextHead {
  if (ciphertext === undefined) {
    throw new ServiceError(
      'ValidationException',
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    )
  }
  const head = readCiphertext(ciphertext)
  if (head === undefined) throw invalidCiphertext('It is no ciphertext of this service.')
  return head
}

export function randomBytes({ randomHex }: Context, length: number): Uint8Array {
  return new Uint8Array(Buffer.from(randomHex(length), 'hex'))
}

/** AWS says nothing more than the code. */
export function invalidCiphertext(why: string): ServiceError {
  return new ServiceError('InvalidCiphertextException', `The ciphertext is not valid. ${why}`)
}
