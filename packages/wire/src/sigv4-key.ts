import type { SignatureClaim, SigningScope } from './sigv4-claim.ts'

/** HMAC-SHA256 of a text; the key is bytes, or a text taken as UTF-8. */
export type Hmac = (key: string | Uint8Array, text: string) => Uint8Array

/** Hex SHA-256, lower case; a text is hashed as UTF-8. */
export type Sha256Hex = (input: string | Uint8Array) => string

/** The last part of every scope. */
export const terminator = 'aws4_request'

/** The text that the signing key signs; `canonicalRequestHash` is the hex SHA-256 of the canonical request. */
export function stringToSign(claim: Pick<SignatureClaim, 'timestamp' | 'scope'>, canonicalRequestHash: string): string {
  return `AWS4-HMAC-SHA256\n${claim.timestamp}\n${claim.scope}\n${canonicalRequestHash}`
}

/** The 32-byte key for one secret, day, region and service. Worth keeping: it is the same for a whole day. */
export function deriveSigningKey(hmac: Hmac, secretAccessKey: string, scope: SigningScope): Uint8Array {
  const forDate = hmac(`AWS4${secretAccessKey}`, scope.date)
  const forRegion = hmac(forDate, scope.region)
  const forService = hmac(forRegion, scope.service)
  return hmac(forService, terminator)
}
