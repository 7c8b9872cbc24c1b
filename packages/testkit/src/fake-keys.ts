import { constants, createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { canonicalRequest, deriveSigningKey, readClaim, stringToSign } from '@fairlead/wire/sigv4'

/** The keys that the fake control plane hands out, and takes. */
export const fakeKeys = {
  accessKeyId: 'ASIAFAKECONTROLPLANE',
  secretAccessKey: 'not a secret',
  sessionToken: 'the token of a session',
}

const sha256Hex = (input: string | Uint8Array) => createHash('sha256').update(input).digest('hex')
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()

/**
 * What is wrong with the signature of a request, if anything.
 *
 * @param publicKey of the node, for what it signs with its own key
 */
export function signatureFault(request: IncomingMessage, body: string, publicKey: string): string | undefined {
  const { method = '', url: target = '', rawHeaders } = request
  const raw = { method, target, rawHeaders }
  const claim = readClaim(raw)
  if (claim === undefined) return `${method} ${target} is not signed`
  const canonical = canonicalRequest(raw, claim, sha256Hex(body), { normalizePath: true, encodePathTwice: true })
  const toSign = stringToSign(claim, sha256Hex(canonical))
  const { sessionToken, secretAccessKey } = fakeKeys
  const isRight = claim.accessKeyId.startsWith('mi-')
    ? isSignedByNode(toSign, claim.signature, publicKey)
    : claim.sessionToken === sessionToken &&
      hmac(deriveSigningKey(hmac, secretAccessKey, claim), toSign).toString('hex') === claim.signature
  return isRight ? undefined : `${method} ${target} has a wrong signature`
}

function isSignedByNode(text: string, signature: string, publicKey: string): boolean {
  const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return verify('sha256', Buffer.from(text), { key, padding, saltLength: 32 }, Buffer.from(signature, 'base64'))
}
