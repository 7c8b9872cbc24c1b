/** An answer (or a client's request) that does not fit its model: a mistake in our own code, never the caller's. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
}
