import type { RawRequest, SignatureClaim } from './sigv4-claim.ts'
import { SignatureError } from './sigv4-error.ts'
import { readHeaderClaim } from './sigv4-read-header.ts'
import { readQueryClaim, readSigningParameters } from './sigv4-read-query.ts'

/** The headers of a request that have to do with its signature. */
export interface SigningHeaders {
  authorization?: string
  amzDate?: string
  date?: string
  sessionToken?: string
  contentSha256?: string
}

const mostSignedHeaders = 100

// Headers that say what is to be done, AWS's and ours: without a signature somebody on the way could take them away.
const decides = /^x-(?:amz|fairlead)-/

// A session token proves nothing by being signed: it is looked up together with its key, and some clients add it after
// they have signed. The hash of the body is part of the canonical request anyway; Amazon's agent sends it unsigned.
const maybeUnsigned: ReadonlySet<string> = new Set(['x-amz-security-token', 'x-amz-content-sha256'])

/**
 * What a request says about its own signature, or undefined when it says nothing.
 *
 * Throws SignatureError when it says it badly: twice, in two forms at once, with parts missing, without `host` or with an
 * x-amz-* header left out of what is signed, or with a scope that contradicts itself. Whether region and service are ours,
 * and whether the signature is right, is for the caller to find out.
 */
export function readClaim(request: RawRequest): SignatureClaim | undefined {
  if (!request.target.startsWith('/')) throw new SignatureError('malformed', 'The request target must be a path.')

  const headers = readSigningHeaders(request.rawHeaders)
  const parameters = readSigningParameters(request.target)
  if (headers.authorization !== undefined && parameters !== undefined) {
    throw new SignatureError(
      'duplicate',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    )
  }

  let claim: SignatureClaim
  if (headers.authorization !== undefined) claim = readHeaderClaim(headers.authorization, headers)
  else if (parameters !== undefined) claim = readQueryClaim(parameters, headers)
  else return undefined

  checkSignedHeaders(claim.signedHeaders, request.rawHeaders)
  return claim
}

// The lengths of the names below: most headers need not be looked at.
const lengths: ReadonlySet<number> = new Set([4, 10, 13, 20])

function readSigningHeaders(rawHeaders: readonly string[]): SigningHeaders {
  const found: SigningHeaders = {}
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? ''
    if (!lengths.has(sent.length)) continue
    const value = rawHeaders[at + 1] ?? ''
    switch (sent.toLowerCase()) {
      case 'authorization':
        found.authorization = once(found.authorization, value, 'Authorization')
        break
      case 'x-amz-date':
        found.amzDate = once(found.amzDate, value, 'X-Amz-Date')
        break
      case 'date':
        found.date = once(found.date, value, 'Date')
        break
      case 'x-amz-security-token':
        found.sessionToken = once(found.sessionToken, value, 'X-Amz-Security-Token')
        break
      case 'x-amz-content-sha256':
        found.contentSha256 = once(found.contentSha256, value, 'X-Amz-Content-Sha256')
        break
      case 'host':
        if (++hosts > 1) throw new SignatureError('duplicate', "Found more than one 'Host' header.")
    }
  }
  return found
}

function once(before: string | undefined, value: string, name: string): string {
  if (before !== undefined) throw new SignatureError('duplicate', `Found more than one '${name}' header.`)
  return value.trim()
}

function checkSignedHeaders(signed: readonly string[], rawHeaders: readonly string[]): void {
  if (signed.length > mostSignedHeaders) throw new SignatureError('malformed', 'Too many signed headers.')
  for (let at = 0; at < signed.length; at++) {
    const name = signed[at] ?? ''
    if (name === '' || name !== name.toLowerCase() || (at > 0 && name <= (signed[at - 1] ?? ''))) {
      throw new SignatureError('malformed', "'SignedHeaders' must be lower-case names in ascending order.")
    }
  }
  if (!signed.includes('host')) {
    throw new SignatureError(
      'unsigned-header',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    )
  }
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] ?? ''
    const first = sent.charCodeAt(0)
    if (first !== 0x78 && first !== 0x58) continue
    const name = sent.toLowerCase()
    if (!decides.test(name) || signed.includes(name) || maybeUnsigned.has(name)) continue
    throw new SignatureError(
      'unsigned-header',
      `'${sent.slice(0, 128)}' must be a 'SignedHeader' in the AWS Authorization.`,
    )
  }
}
