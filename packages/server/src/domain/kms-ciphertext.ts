import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { type EncryptionContext, encryptionContextBytes } from './kms-encryption-context.ts'

/**
 * A ciphertext says by itself which key and which of its materials opens it:
 *
 *   offset  size  field
 *        0     1  form, 1
 *        1    16  key id: the UUID's bytes
 *       17     4  version of the material, big-endian
 *       21    16  salt, random
 *       37    12  nonce, random
 *       49        ciphertext, AES-256-GCM
 *      -16    16  tag
 *
 * The tag covers the first 49 bytes and the encryption context too. Every message has a key of its own, derived
 * from material and salt, so that nonces cannot repeat under one key (docs/decisions/0010-keys.md).
 */
export interface CiphertextHead {
  readonly keyId: string
  readonly materialVersion: number
}

const form = 1
const saltAt = 21
const saltLength = 16
const nonceAt = saltAt + saltLength
const nonceLength = 12
const bodyAt = nonceAt + nonceLength
const tagLength = 16

/** Random bytes that one encryption takes. */
export const ciphertextRandomness = saltLength + nonceLength

export interface Encryption {
  readonly head: CiphertextHead
  readonly material: Uint8Array
  readonly context: EncryptionContext
}

/** @param random `ciphertextRandomness` unpredictable bytes that are used for nothing else */
export function encrypt(
  plaintext: Uint8Array,
  { head, material, context }: Encryption,
  random: Uint8Array,
): Uint8Array {
  const open = Buffer.concat([headBytes(head), random])
  const cipher = createCipheriv('aes-256-gcm', messageKey(material, open), open.subarray(nonceAt), {
    authTagLength: tagLength,
  })
  cipher.setAAD(Buffer.concat([open, encryptionContextBytes(context)]))
  const body = cipher.update(plaintext)
  return new Uint8Array(Buffer.concat([open, body, cipher.final(), cipher.getAuthTag()]))
}

/** What a ciphertext says of itself; undefined when it is none of ours. Nothing is proved by it yet. */
export function readCiphertext(ciphertext: Uint8Array): CiphertextHead | undefined {
  if (ciphertext.length <= bodyAt + tagLength || ciphertext[0] !== form) return undefined
  const bytes = Buffer.from(ciphertext.buffer, ciphertext.byteOffset, ciphertext.byteLength)
  const keyId = bytes.toString('hex', 1, 17).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  return { keyId, materialVersion: bytes.readUInt32BE(17) }
}

/** Undefined when the ciphertext was altered, or the material or the encryption context is another. */
export function decrypt(ciphertext: Uint8Array, { head, material, context }: Encryption): Uint8Array | undefined {
  if (ciphertext.length <= bodyAt + tagLength) return undefined
  const open = Buffer.from(ciphertext.subarray(0, bodyAt))
  if (!open.subarray(0, saltAt).equals(headBytes(head))) return undefined
  const decipher = createDecipheriv('aes-256-gcm', messageKey(material, open), open.subarray(nonceAt), {
    authTagLength: tagLength,
  })
  decipher.setAAD(Buffer.concat([open, encryptionContextBytes(context)]))
  decipher.setAuthTag(ciphertext.subarray(-tagLength))
  const body = decipher.update(ciphertext.subarray(bodyAt, -tagLength))
  try {
    return new Uint8Array(Buffer.concat([body, decipher.final()]))
  } catch {
    // Node has no other way to say that the tag does not fit.
    return undefined
  }
}

function headBytes({ keyId, materialVersion }: CiphertextHead): Buffer {
  const bytes = Buffer.alloc(saltAt)
  bytes.writeUInt8(form)
  bytes.write(keyId.replaceAll('-', ''), 1, 'hex')
  bytes.writeUInt32BE(materialVersion, 17)
  return bytes
}

function messageKey(material: Uint8Array, open: Buffer): Uint8Array {
  const salt = open.subarray(saltAt, nonceAt)
  return new Uint8Array(hkdfSync('sha256', material, salt, 'fairlead kms message key', 32))
}
