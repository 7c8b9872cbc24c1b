/**
 * AWS Signature Version 4: reading a claim, rebuilding what was signed, and signing.
 *
 * To verify: `readClaim`, `checkClock`, find the secret, `canonicalRequest`, `stringToSign`, sign that with
 * `deriveSigningKey`'s key and compare in constant time. Hashing comes in as functions, so that a browser can do it too.
 */
export { canonicalRequest, type PathRules } from './sigv4-canonical.ts'
export type { RawRequest, SignatureClaim, SigningScope } from './sigv4-claim.ts'
export { checkClock } from './sigv4-clock.ts'
export { SignatureError, type SignatureFault } from './sigv4-error.ts'
export { deriveSigningKey, type Hmac, type Sha256Hex, stringToSign } from './sigv4-key.ts'
export { readClaim } from './sigv4-read.ts'
export { hmacSigner, presign, type RequestSigner, signRequest } from './sigv4-sign.ts'
export { formatTimestamp, parseTimestamp } from './sigv4-time.ts'
