import { constants, createPublicKey, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'

export interface KeyPair {
  /** PKCS #8, PEM. Kept in a file of mode 0600 and sent nowhere. */
  readonly privateKey: string
  /** SubjectPublicKeyInfo, DER, base64: what RegisterManagedInstance wants. */
  readonly publicKey: string
}

/** RSA of 2,048 bits, the only kind that registration knows. */
export async function makeKeyPair(): Promise<KeyPair> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicPart(privateKey),
  }
}

function publicPart(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64')
}

/** RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes, base64: the signature of token requests. */
export function signPss(privateKey: string, text: string): string {
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return sign('sha256', Buffer.from(text), { key: privateKey, padding, saltLength: 32 }).toString('base64')
}
