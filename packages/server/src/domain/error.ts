/**
 * An error that the caller is meant to read. `code` is AWS's own name for it, so that SDKs raise
 * the right exception; the status comes from the service's model. Anything else that is thrown is
 * a bug: the caller is told InternalServerError and the operator finds the cause in the log.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
