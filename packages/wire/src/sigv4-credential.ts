import type { SignatureClaim } from './sigv4-claim.ts'
import { SignatureError } from './sigv4-error.ts'
import { terminator } from './sigv4-key.ts'

const accessKeyIdForm = /^[\w-]{1,128}$/
const scopePartForm = /^[A-Za-z0-9-]{1,100}$/
const signatureForm = /^[A-Za-z0-9+/]{1,1024}={0,2}$/

type CredentialPart = Pick<
  SignatureClaim,
  'algorithm' | 'accessKeyId' | 'date' | 'region' | 'service' | 'scope' | 'timestamp' | 'signature'
>

/**
 * Takes `keyid/date/region/service/aws4_request` apart and holds it against the signing time.
 * Throws SignatureError: `incomplete` for its form, `scope` when it contradicts the time or ends wrongly.
 */
export function readCredential(claim: {
  readonly credential: string
  readonly timestamp: string
  readonly signature: string
}): CredentialPart {
  const { credential, timestamp, signature } = claim
  const parts = credential.length > 512 ? [] : credential.split('/')
  const [accessKeyId, date, region, service, end] = parts
  if (parts.length !== 5 || !accessKeyId || !date || !region || !service || !end) {
    throw new SignatureError(
      'incomplete',
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential.slice(0, 128)}'`,
    )
  }
  if (end !== terminator) {
    throw new SignatureError(
      'scope',
      `Credential should be scoped with a valid terminator: '${terminator}', not '${end}'.`,
    )
  }
  if (date !== timestamp.slice(0, 8)) {
    throw new SignatureError(
      'scope',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    )
  }
  if (!scopePartForm.test(region)) throw new SignatureError('scope', 'Credential should be scoped to a valid region.')
  if (!scopePartForm.test(service)) throw new SignatureError('scope', 'Credential should be scoped to a valid service.')
  if (!accessKeyIdForm.test(accessKeyId)) throw new SignatureError('malformed', 'The access key ID is malformed.')
  if (!signatureForm.test(signature)) throw new SignatureError('malformed', 'The signature is malformed.')

  const scope = `${date}/${region}/${service}/${terminator}`
  return { algorithm: 'AWS4-HMAC-SHA256', accessKeyId, date, region, service, scope, timestamp, signature }
}
