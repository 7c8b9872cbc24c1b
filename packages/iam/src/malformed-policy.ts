/** Where in a policy document something was found. */
export interface Place {
  /** JSON path from the root, such as `Statement[0].Condition.StringEquals`; empty for the document itself. */
  readonly path: string
  /** Offset into the text, in UTF-16 code units. */
  readonly offset: number
}

/**
 * The text is no policy of its kind. `message` is what AWS answers where AWS's words are known; `place` says
 * where to look. `fault` tells a policy that is too long from one that is wrong, because IAM answers the first
 * with LimitExceeded and the second with MalformedPolicyDocument.
 */
export class MalformedPolicy extends Error {
  override readonly name = 'MalformedPolicy'
  readonly place: Place
  readonly fault: 'malformed' | 'too long'

  constructor(message: string, place: Place, fault: 'malformed' | 'too long' = 'malformed') {
    super(message)
    this.place = place
    this.fault = fault
  }
}
