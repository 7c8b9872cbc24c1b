import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject } from 'node:crypto'

/**
 * Encrypts what must not be read from a stolen database: secret access keys, private keys, tokens.
 *
 * The sealed form, which goes into a BLOB:
 *
 *   offset  size  field
 *        0     1  form, 1
 *        1     8  id of the master key: the first bytes of its SHA-256
 *        9    12  nonce, random
 *       21        ciphertext, AES-256-GCM
 *      -16    16  tag
 *
 * The tag covers the first 9 bytes and the association too, so a secret cannot be moved to another row.
 */
export interface Vault {
  /** The master key that `seal` uses, hex. */
  readonly keyId: string

  /** @param association names the one place where the secret belongs, such as `access-key/AKIA…` */
  seal(secret: string | Uint8Array, association: string): Uint8Array

  /** @throws {VaultError} altered, sealed for another place, or with a key that is not here */
  open(sealed: Uint8Array, association: string): Uint8Array

  /** Whether it has the master key of this id, hex: the one that seals, or an older one. */
  has(keyId: string): boolean

  /** Whether it has older master keys, so that something may be sealed with one of them. */
  readonly hasOlder: boolean

  /** Whether `sealed` should be sealed anew, because an older master key sealed it. */
  isStale(sealed: Uint8Array): boolean
}

/** A secret or a master key that cannot be used. The message never holds either. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
}

/** Bytes in a master key. */
export const masterKeyLength = 32

const form = 1
const idLength = 8
const headLength = 1 + idLength
const nonceLength = 12
const tagLength = 16

/**
 * @param masterKeys the key to seal with, then older ones that still open
 * @param random gives that many unpredictable bytes
 */
export function createVault(masterKeys: readonly Uint8Array[], random: (length: number) => Uint8Array): Vault {
  const keys = new Map(masterKeys.map((key) => [idOf(key), keyOf(key)]))
  const [current] = masterKeys
  if (!current) throw new VaultError('A vault needs a master key')
  const keyId = idOf(current)
  const currentKey = keyOf(current)
  const head = Buffer.concat([Buffer.of(form), Buffer.from(keyId, 'hex')])

  return {
    keyId,

    seal(secret, association) {
      const nonce = random(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', currentKey, nonce, { authTagLength: tagLength })
      cipher.setAAD(bound(head, association))
      const body = typeof secret === 'string' ? cipher.update(secret, 'utf8') : cipher.update(secret)
      return new Uint8Array(Buffer.concat([head, nonce, body, cipher.final(), cipher.getAuthTag()]))
    },

    open(sealed, association) {
      const ownHead = headOf(sealed)
      const id = sealedKeyId(sealed)
      const key = keys.get(id)
      if (!key) throw new VaultError(`A secret is sealed with master key ${id}, which this server was not given.`)
      const nonce = sealed.subarray(headLength, headLength + nonceLength)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
      decipher.setAAD(bound(ownHead, association))
      decipher.setAuthTag(sealed.subarray(-tagLength))
      try {
        const body = decipher.update(sealed.subarray(headLength + nonceLength, -tagLength))
        return new Uint8Array(Buffer.concat([body, decipher.final()]))
      } catch (cause) {
        throw new VaultError(`The secret of ${association} was altered, or belongs elsewhere.`, { cause })
      }
    },

    has: (id) => keys.has(id),

    hasOlder: keys.size > 1,

    isStale: (sealed) => sealedKeyId(sealed) !== keyId,
  }
}

/** What the Base64 of everything sealed with a master key begins with; the id is hex. */
export function sealedHead(keyId: string): string {
  return Buffer.concat([Buffer.of(form), Buffer.from(keyId, 'hex')]).toString('base64')
}

function keyOf(bytes: Uint8Array): KeyObject {
  if (bytes.length !== masterKeyLength) {
    throw new VaultError(`A master key has ${masterKeyLength} bytes, this one ${bytes.length}.`)
  }
  return createSecretKey(bytes)
}

function idOf(key: Uint8Array): string {
  return createHash('sha256')
    .update('fairlead master key')
    .update(key)
    .digest('hex')
    .slice(0, idLength * 2)
}

function headOf(sealed: Uint8Array): Uint8Array {
  if (sealed.length < headLength + nonceLength + tagLength || sealed[0] !== form) {
    throw new VaultError('This is not a sealed secret.')
  }
  return sealed.subarray(0, headLength)
}

/** The id of the master key that sealed it, hex; the first 9 bytes are enough to tell. */
function sealedKeyId(sealed: Uint8Array): string {
  return Buffer.from(headOf(sealed).subarray(1)).toString('hex')
}

function bound(head: Uint8Array, association: string): Uint8Array {
  return Buffer.concat([head, Buffer.from(association, 'utf8')])
}
