import type { SignatureClaim } from './sigv4-claim.ts'
import { readCredential } from './sigv4-credential.ts'
import { SignatureError } from './sigv4-error.ts'
import type { SigningHeaders } from './sigv4-read.ts'
import { readTimestamp } from './sigv4-time.ts'

const algorithm = 'AWS4-HMAC-SHA256'
const longest = 8192

type Parts = Record<'Credential' | 'SignedHeaders' | 'Signature', string>

/**
 * Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. The texts and their order are what AWS answers, as
 * recorded by dynalite (mhart/dynalite, index.js). AWS repeats the header at the end of some; we don't, it may be logged.
 */
export function readHeaderClaim(authorization: string, headers: SigningHeaders): SignatureClaim {
  if (authorization.length > longest) throw new SignatureError('malformed', 'Authorization header is too long.')
  const { Credential: credential, Signature: signature, SignedHeaders: signedHeaders } = readParts(authorization)
  const date = headers.amzDate ?? headers.date
  if (!credential || !signature || !signedHeaders || !date) {
    const missing: string[] = []
    if (!credential) missing.push("Authorization header requires 'Credential' parameter.")
    if (!signature) missing.push("Authorization header requires 'Signature' parameter.")
    if (!signedHeaders) missing.push("Authorization header requires 'SignedHeaders' parameter.")
    if (!date) missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    throw new SignatureError('incomplete', missing.join(' '))
  }
  return {
    form: 'header',
    ...readCredential({ credential, timestamp: readTimestamp(date), signature }),
    signedHeaders: signedHeaders.split(';'),
    sessionToken: headers.sessionToken,
    contentSha256: headers.contentSha256,
  }
}

function readParts(authorization: string): Parts {
  const space = authorization.indexOf(' ')
  const name = space === -1 ? authorization : authorization.slice(0, space)
  if (name !== algorithm) throw new SignatureError('incomplete', `Unsupported AWS 'algorithm': '${name.slice(0, 64)}'.`)

  const parts: Parts = { Credential: '', SignedHeaders: '', Signature: '' }
  if (space === -1) return parts
  for (const text of authorization.slice(space + 1).split(',')) {
    const part = text.trim()
    if (part === '') continue
    const equals = part.indexOf('=')
    const key = equals === -1 ? part : part.slice(0, equals)
    if (equals === -1 || (key !== 'Credential' && key !== 'SignedHeaders' && key !== 'Signature')) {
      throw new SignatureError('malformed', 'Not a valid key=value pair (missing equal-sign) in Authorization header.')
    }
    if (parts[key] !== '') throw new SignatureError('duplicate', `Authorization header has '${key}' more than once.`)
    parts[key] = part.slice(equals + 1)
  }
  return parts
}
