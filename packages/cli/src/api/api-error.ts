/** An answer of the server other than success. `code` is the service's own name for it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  /** Of the request, for `fairlead explain`. */
  readonly requestId: string | undefined

  constructor(operation: string, status: number, code: string, message: string, requestId?: string) {
    super(`${operation} was refused: ${code} (${status})${message === '' ? '' : `: ${message}`}`)
    this.code = code
    this.status = status
    this.requestId = requestId
  }
}

/** The server understood, and did not do it: whoever asked goes without. Anything else may be different next time. */
export function isRefusal(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status < 500
}
