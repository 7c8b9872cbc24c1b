import type { SignatureClaim } from './sigv4-claim.ts'
import { readCredential } from './sigv4-credential.ts'
import { decodeQueryText } from './sigv4-encode.ts'
import { SignatureError } from './sigv4-error.ts'
import type { SigningHeaders } from './sigv4-read.ts'
import { readTimestamp } from './sigv4-time.ts'

const required = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
] as const
const known: ReadonlySet<string> = new Set([
  ...required,
  'X-Amz-Expires',
  'X-Amz-Security-Token',
  'X-Amz-Content-Sha256',
])
const longestLife = 604_800
const longestQuery = 65_536
const mostParameters = 1000

/** The parameters of a presigned request by name, decoded, or undefined if the request isn't one. */
export function readSigningParameters(target: string): ReadonlyMap<string, string> | undefined {
  const queryAt = target.indexOf('?')
  if (queryAt === -1) return undefined
  if (target.length > longestQuery) throw new SignatureError('malformed', 'The query string is too long.')
  const parts = target.slice(queryAt + 1).split('&')
  if (parts.length > mostParameters) throw new SignatureError('malformed', 'The query string has too many parameters.')

  const parameters = new Map<string, string>()
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = decodeQueryText(equals === -1 ? part : part.slice(0, equals))
    if (!known.has(name)) continue
    if (parameters.has(name)) throw new SignatureError('duplicate', `Found more than one '${name}' parameter.`)
    parameters.set(name, equals === -1 ? '' : decodeQueryText(part.slice(equals + 1)))
  }
  const isPresigned = parameters.has('X-Amz-Algorithm') || parameters.has('X-Amz-Signature')
  return isPresigned ? parameters : undefined
}

/** Reads the query form. The session token may come as a parameter or as a header, not as both. */
export function readQueryClaim(parameters: ReadonlyMap<string, string>, headers: SigningHeaders): SignatureClaim {
  const missing = required.filter((name) => !parameters.get(name))
  if (missing.length > 0) {
    const texts = missing.map((name) => `AWS query-string parameters must include '${name}'.`)
    throw new SignatureError('incomplete', `${texts.join(' ')} Re-examine the query-string parameters.`)
  }
  const parameter = (name: (typeof required)[number]) => parameters.get(name) ?? ''

  const algorithm = parameter('X-Amz-Algorithm')
  if (algorithm !== 'AWS4-HMAC-SHA256') {
    throw new SignatureError('incomplete', `Unsupported AWS 'algorithm': '${algorithm.slice(0, 64)}'.`)
  }
  const tokenParameter = parameters.get('X-Amz-Security-Token')
  if (tokenParameter !== undefined && headers.sessionToken !== undefined) {
    throw new SignatureError('duplicate', 'The request contains a query parameter that duplicates a header value.')
  }
  return {
    form: 'query',
    ...readCredential({
      credential: parameter('X-Amz-Credential'),
      timestamp: readTimestamp(parameter('X-Amz-Date')),
      signature: parameter('X-Amz-Signature'),
    }),
    signedHeaders: parameter('X-Amz-SignedHeaders').split(';'),
    expires: readExpires(parameters.get('X-Amz-Expires')),
    sessionToken: tokenParameter ?? headers.sessionToken,
    contentSha256: headers.contentSha256 ?? parameters.get('X-Amz-Content-Sha256'),
  }
}

function readExpires(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (seconds >= 1 && seconds <= longestLife) return seconds
  throw new SignatureError('malformed', `X-Amz-Expires must be between 1 and ${longestLife} seconds`)
}
