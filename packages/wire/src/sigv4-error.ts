/**
 * What is wrong with a signature.
 *
 * `incomplete`, `malformed` and `duplicate` are faults of form (AWS answers IncompleteSignature…); the others are
 * well formed and refused (InvalidSignature…, SignatureDoesNotMatch, RequestTimeTooSkewed, each service in its own words).
 */
export type SignatureFault =
  | 'incomplete'
  | 'malformed'
  | 'duplicate'
  | 'unsigned-header'
  | 'scope'
  | 'expired'
  | 'not-yet-current'
  | 'mismatch'

/** A request whose signature can't be accepted. The message is in AWS's own words and may be sent to the caller. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError'
  readonly reason: SignatureFault

  constructor(reason: SignatureFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}
