import type { RawRequest, SignatureClaim } from './sigv4-claim.ts'
import { decodeByteString, encodePath, pathAsSent, reencodeQueryText } from './sigv4-encode.ts'
import { SignatureError } from './sigv4-error.ts'

/** How a service signs its paths. Every service but S3 does both, S3 neither. */
export interface PathRules {
  /** Resolve `.`, `..` and empty segments. */
  readonly normalizePath: boolean
  /** Escape the path as sent once more, so that `%20` becomes `%2520`. */
  readonly encodePathTwice: boolean
}

const unfolded = /^ | $| {2}|[^ -~]/
const blanks = /[ \t\r\n]+/g
const notAscii = /[^\0-\x7f]/

/**
 * The canonical request that a signature is made over.
 *
 * `payloadHash` is the hex SHA-256 of the body, or one of S3's words such as UNSIGNED-PAYLOAD. Throws SignatureError when
 * a signed header isn't there or the target can't be canonical.
 */
export function canonicalRequest(
  request: RawRequest,
  claim: Pick<SignatureClaim, 'form' | 'signedHeaders'>,
  payloadHash: string,
  rules: PathRules,
): string {
  const queryAt = request.target.indexOf('?')
  const path = queryAt === -1 ? request.target : request.target.slice(0, queryAt)
  const query = queryAt === -1 ? '' : canonicalQuery(request.target.slice(queryAt + 1), claim.form === 'query')

  const lines = [request.method, canonicalPath(path, rules), query]
  for (const name of claim.signedHeaders) lines.push(`${name}:${headerValue(request.rawHeaders, name)}`)
  lines.push('', claim.signedHeaders.join(';'), payloadHash)
  return lines.join('\n')
}

function canonicalPath(path: string, rules: PathRules): string {
  if (path === '/' || path === '') return '/'
  const resolved = rules.normalizePath ? normalize(path) : path
  return rules.encodePathTwice ? encodePath(resolved) : pathAsSent(resolved)
}

// As botocore's normalize_url_path has it: a slash at the end stays one, `..` at the end leaves none.
function normalize(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  return `/${kept.join('/')}${kept.length > 0 && path.endsWith('/') ? '/' : ''}`
}

function canonicalQuery(query: string, dropSignature: boolean): string {
  if (query === '') return ''
  const pairs: { readonly name: string; readonly value: string }[] = []
  for (const part of query.split('&')) {
    if (part === '') continue
    const equals = part.indexOf('=')
    const name = reencodeQueryText(equals === -1 ? part : part.slice(0, equals))
    if (dropSignature && name === 'X-Amz-Signature') continue
    pairs.push({ name, value: equals === -1 ? '' : reencodeQueryText(part.slice(equals + 1)) })
  }
  pairs.sort((a, b) => order(a.name, b.name) || order(a.value, b.value))
  return pairs.map(({ name, value }) => `${name}=${value}`).join('&')
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

// Values of a name that came several times are joined in the order they came in.
function headerValue(rawHeaders: readonly string[], name: string): string {
  let joined: string | undefined
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? ''
    if (sent.length !== name.length || sent.toLowerCase() !== name) continue
    const value = fold(rawHeaders[at + 1] ?? '')
    joined = joined === undefined ? value : `${joined},${value}`
  }
  if (joined === undefined) throw new SignatureError('malformed', `The signed header '${name}' is not in the request.`)
  return joined
}

function fold(value: string): string {
  if (!unfolded.test(value)) return value
  const folded = value.replace(blanks, ' ')
  const from = folded.startsWith(' ') ? 1 : 0
  const trimmed = folded.slice(from, folded.length > from && folded.endsWith(' ') ? -1 : undefined)
  return notAscii.test(trimmed) ? decodeByteString(trimmed) : trimmed
}
