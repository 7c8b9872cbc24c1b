import { canonicalRequest, type PathRules } from './sigv4-canonical.ts'
import type { RawRequest, SigningScope } from './sigv4-claim.ts'
import { encodeQueryText } from './sigv4-encode.ts'
import { deriveSigningKey, type Hmac, type Sha256Hex, stringToSign, terminator } from './sigv4-key.ts'
import { formatTimestamp } from './sigv4-time.ts'

/** Who signs. `sign` turns a string to sign into a signature: hex for a secret key, base64 for a managed node's RSA key. */
export interface RequestSigner {
  readonly accessKeyId: string
  readonly sessionToken?: string | undefined
  sign(text: string, scope: SigningScope): string
}

export interface SignOptions {
  readonly signer: RequestSigner
  readonly region: string
  readonly service: string
  readonly now: Date
  readonly sha256: Sha256Hex
  /** Both, if left out, as every service but S3 wants. */
  readonly pathRules?: PathRules
  /** What goes into the canonical request in place of the hash of the body, such as UNSIGNED-PAYLOAD. */
  readonly payloadHash?: string
}

const usualRules: PathRules = { normalizePath: true, encodePathTwice: true }

// What a connection or a proxy may change; the list is botocore's and smithy's taken together.
const neverSigned: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'expect',
  'from',
  'keep-alive',
  'max-forwards',
  'pragma',
  'proxy-authorization',
  'referer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'x-amzn-trace-id',
])

/** A signer that holds a secret access key, and one derived key at a time. */
export function hmacSigner(
  credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string | undefined
  },
  hmac: Hmac,
): RequestSigner {
  let key: { readonly scope: string; readonly bytes: Uint8Array } | undefined
  return {
    accessKeyId: credentials.accessKeyId,
    sessionToken: credentials.sessionToken,
    sign(text, scope) {
      const scopeText = `${scope.date}/${scope.region}/${scope.service}`
      if (key?.scope !== scopeText) {
        key = { scope: scopeText, bytes: deriveSigningKey(hmac, credentials.secretAccessKey, scope) }
      }
      return hex(hmac(key.bytes, text))
    },
  }
}

/**
 * Signs in the header form. Every header of the request is signed but those a connection may change; `Host` must be among
 * them. Returns the headers to add: name, value, name, value.
 */
export function signRequest(request: RawRequest, body: string | Uint8Array, options: SignOptions): readonly string[] {
  const { signer, timestamp, scope, scopeText } = signing(options)
  const added = ['X-Amz-Date', timestamp]
  if (signer.sessionToken !== undefined) added.push('X-Amz-Security-Token', signer.sessionToken)

  const rawHeaders = [...request.rawHeaders, ...added]
  const signedHeaders = namesToSign(rawHeaders)
  const canonical = canonicalRequest(
    { ...request, rawHeaders },
    { form: 'header', signedHeaders },
    options.payloadHash ?? options.sha256(body),
    options.pathRules ?? usualRules,
  )
  const signature = signer.sign(stringToSign({ timestamp, scope: scopeText }, options.sha256(canonical)), scope)
  const credential = `${signer.accessKeyId}/${scopeText}`
  added.push(
    'Authorization',
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
  )
  return added
}

/** Signs in the query form and returns the whole target. `expires` is in seconds, 1 to 604800. */
export function presign(
  request: RawRequest,
  body: string | Uint8Array,
  options: SignOptions & { readonly expires: number },
): string {
  const { signer, timestamp, scope, scopeText } = signing(options)
  const signedHeaders = namesToSign(request.rawHeaders)
  const parameters = [
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
    ['X-Amz-Credential', `${signer.accessKeyId}/${scopeText}`],
    ['X-Amz-Date', timestamp],
    ['X-Amz-Expires', String(options.expires)],
    ['X-Amz-SignedHeaders', signedHeaders.join(';')],
    ...(signer.sessionToken === undefined ? [] : [['X-Amz-Security-Token', signer.sessionToken]]),
  ].map(([name, value]) => `${name}=${encodeQueryText(value ?? '')}`)
  const target = `${request.target}${request.target.includes('?') ? '&' : '?'}${parameters.join('&')}`
  const canonical = canonicalRequest(
    { ...request, target },
    { form: 'query', signedHeaders },
    options.payloadHash ?? options.sha256(body),
    options.pathRules ?? usualRules,
  )
  const signature = signer.sign(stringToSign({ timestamp, scope: scopeText }, options.sha256(canonical)), scope)
  return `${target}&X-Amz-Signature=${signature}`
}

function signing(options: SignOptions) {
  const timestamp = formatTimestamp(options.now)
  const scope: SigningScope = { date: timestamp.slice(0, 8), region: options.region, service: options.service }
  const scopeText = `${scope.date}/${scope.region}/${scope.service}/${terminator}`
  return { signer: options.signer, timestamp, scope, scopeText }
}

function namesToSign(rawHeaders: readonly string[]): readonly string[] {
  const names = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? ''
    if (!neverSigned.has(name)) names.add(name)
  }
  return [...names].sort()
}

function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
