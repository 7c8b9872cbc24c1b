/**
 * A request that is refused before any operation sees it: not decodable, not valid, or for an
 * operation that there is not. `code` and `status` are what the caller gets, and so is the message.
 */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    // AWS's list of common errors of the query protocol has this one as 404.
    this.status = code === 'MalformedQueryString' ? 404 : 400
  }
}
