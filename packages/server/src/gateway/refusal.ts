import type { Protocol } from '@fairlead/wire/codec'
import type { SignatureFault } from '@fairlead/wire/sigv4'
import { ServiceError } from '../domain/error.ts'

/** Why a request was turned away before any operation saw it. */
export type Refusal =
  | 'unsigned'
  | 'unknown-key'
  | 'bad-token'
  | 'expired-token'
  | 'denied'
  | 'too-large'
  | 'gone'
  | 'busy'
  | 'throttled'
  | 'unavailable'
  | SignatureFault

interface Words {
  readonly json: string
  readonly query: string
  readonly text: string
}

/**
 * Each protocol has its own codes for the same refusal (IAM user guide, "Common errors"; statuses
 * are in the codec's table). The texts are AWS's; a SignatureError brings its own.
 */
const words: Readonly<Record<Refusal, Words>> = {
  unsigned: {
    json: 'MissingAuthenticationTokenException',
    query: 'MissingAuthenticationToken',
    text: 'Request is missing Authentication Token',
  },
  'unknown-key': {
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
    text: 'The security token included in the request is invalid.',
  },
  'bad-token': {
    json: 'UnrecognizedClientException',
    query: 'InvalidClientTokenId',
    text: 'The security token included in the request is invalid.',
  },
  'expired-token': {
    json: 'ExpiredTokenException',
    query: 'ExpiredToken',
    text: 'The security token included in the request is expired',
  },
  incomplete: { json: 'IncompleteSignatureException', query: 'IncompleteSignature', text: '' },
  malformed: { json: 'IncompleteSignatureException', query: 'IncompleteSignature', text: '' },
  duplicate: { json: 'IncompleteSignatureException', query: 'IncompleteSignature', text: '' },
  'unsigned-header': { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', text: '' },
  scope: { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', text: '' },
  expired: { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', text: '' },
  'not-yet-current': { json: 'InvalidSignatureException', query: 'SignatureDoesNotMatch', text: '' },
  mismatch: {
    json: 'InvalidSignatureException',
    query: 'SignatureDoesNotMatch',
    text: 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  },
  denied: { json: 'AccessDeniedException', query: 'AccessDenied', text: '' },
  'too-large': {
    json: 'RequestEntityTooLargeException',
    query: 'RequestEntityTooLarge',
    text: 'The request body is too large.',
  },
  gone: {
    json: 'RequestAbortedException',
    query: 'RequestAborted',
    text: 'The caller went away before it was answered.',
  },
  busy: {
    json: 'ServiceUnavailableException',
    query: 'ServiceUnavailable',
    text: 'Too many long requests are on their way at the moment. Try again.',
  },
  throttled: { json: 'ThrottlingException', query: 'Throttling', text: 'Rate exceeded' },
  unavailable: {
    json: 'ServiceUnavailableException',
    query: 'ServiceUnavailable',
    text: 'The service cannot store anything at the moment. Try again.',
  },
}

export function refuse(refusal: Refusal, protocol: Protocol, message?: string, options?: ErrorOptions): ServiceError {
  const { json, query, text } = words[refusal]
  return new ServiceError(protocol === 'query' ? query : json, message ?? text, options)
}
