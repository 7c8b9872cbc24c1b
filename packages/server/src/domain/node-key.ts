import { createPublicKey, type KeyObject } from 'node:crypto'

/**
 * How long the key before a rotation stays good, at most. An agent that missed our answer goes on
 * with its old key, and may have to wait hours for its next chance to say so (agent reference, 1.3, 1.4).
 */
export const previousKeyMs = 24 * 60 * 60_000

const fewestBits = 2048
// Verifying costs more with longer keys, and nodes choose theirs.
const mostBits = 8192
const mostCharacters = 2048
const mostExponent = 2n ** 32n

/**
 * Reads a node's public key: an RSA SubjectPublicKeyInfo in DER, in base64.
 *
 * @returns the same key in its one canonical spelling, or undefined when it is not such a key
 */
export function readNodeKey(text: string): string | undefined {
  if (text.length > mostCharacters) return undefined
  const key = keyOf(Buffer.from(text, 'base64'))
  if (key?.asymmetricKeyType !== 'rsa') return undefined
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < fewestBits || modulusLength > mostBits) return undefined
  if (publicExponent < 3n || publicExponent > mostExponent) return undefined
  return key.export({ type: 'spki', format: 'der' }).toString('base64')
}

function keyOf(der: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  } catch {
    // OpenSSL's reasons for not reading it mean nothing to a node.
    return undefined
  }
}
