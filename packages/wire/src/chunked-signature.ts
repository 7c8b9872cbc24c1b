import type { Sha256Hex } from './sigv4-key.ts'

/**
 * A chunked body that can't be accepted. `malformed`: it isn't in the form. `mismatch`: a signature is wrong.
 * `length`: it isn't as long as x-amz-decoded-content-length says. `too-large`: a chunk is over the limit.
 */
export class ChunkError extends Error {
  override readonly name = 'ChunkError'
  readonly reason: 'malformed' | 'mismatch' | 'length' | 'too-large'

  constructor(reason: ChunkError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** What the signatures of chunks are made with. */
export interface ChunkSigning {
  /** Of the request. */
  readonly timestamp: string
  readonly scope: string
  /** The signature of the request's headers, from which the chain starts. */
  readonly seedSignature: string
  readonly sha256: Sha256Hex
  /** The hex HMAC of a text with the request's signing key. */
  readonly sign: (text: string) => string
  /** Whether two signatures are the same, in constant time. */
  readonly equal: (a: string, b: string) => boolean
}

/** The signatures of one body: each is made over the one before, so no chunk can be dropped, moved or repeated. */
export class SignatureChain {
  readonly #signing: ChunkSigning
  readonly #emptyHash: string
  #last: string

  constructor(signing: ChunkSigning) {
    this.#signing = signing
    this.#emptyHash = signing.sha256('')
    this.#last = signing.seedSignature
  }

  /** The signature of the next chunk; the last chunk is empty. */
  signChunk(chunk: Uint8Array): string {
    const { timestamp, scope, sha256, sign } = this.#signing
    const hashes = `${this.#emptyHash}\n${sha256(chunk)}`
    this.#last = sign(`AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${this.#last}\n${hashes}`)
    return this.#last
  }

  /** The signature of the trailing headers, `name:value` and a newline each, in the order they are sent in. */
  signTrailer(canonicalTrailer: string): string {
    const { timestamp, scope, sha256, sign } = this.#signing
    this.#last = sign(`AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scope}\n${this.#last}\n${sha256(canonicalTrailer)}`)
    return this.#last
  }

  check(given: string | undefined, wanted: string): void {
    if (given === undefined || !this.#signing.equal(given, wanted)) {
      throw new ChunkError('mismatch', 'the signature of a chunk does not match')
    }
  }
}
