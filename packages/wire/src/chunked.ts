import { ChunkInput } from './chunked-input.ts'
import { ChunkError, type ChunkSigning, SignatureChain } from './chunked-signature.ts'

export { ChunkError, type ChunkSigning, SignatureChain } from './chunked-signature.ts'

/** The values of x-amz-content-sha256 that announce an aws-chunked body. */
export type ChunkedForm =
  | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
  | 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
  | 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

export type ChunkedOptions = {
  /** x-amz-decoded-content-length: how many bytes the chunks must hold together. */
  readonly decodedLength: number
  /** A signed chunk is held until its signature is known, so this much memory a decoder may take. */
  readonly mostChunkBytes: number
} & (
  | { readonly form: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' }
  | { readonly form: Exclude<ChunkedForm, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'>; readonly signing: ChunkSigning }
)

const mostTrailers = 20
const headForm = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/
const trailerForm = /^([A-Za-z0-9-]{1,64}):[ \t]*([ -~]*)$/
const trailerSignature = 'x-amz-trailer-signature'

type State =
  | { readonly at: 'head' | 'trailer' | 'end' }
  | { readonly at: 'chunk'; readonly signature: string | undefined; readonly size: number; left: number }
  | { readonly at: 'chunk-end' }

/**
 * Takes an aws-chunked body apart, as S3's streaming uploads have it:
 *
 *   HEX-SIZE[;chunk-signature=64-HEX] CRLF  BYTES CRLF  …  0[;chunk-signature=…] CRLF  [NAME:VALUE CRLF …]  CRLF
 *
 * Bytes come out only when the signature of their chunk is proved. Source: Amazon S3 API reference, "Signature calculations
 * for the Authorization header: transferring payload in multiple chunks", and the page on trailing headers. Throws ChunkError.
 */
export class ChunkedDecoder {
  readonly #options: ChunkedOptions
  readonly #chain: SignatureChain | undefined
  readonly #input = new ChunkInput()
  readonly #trailers = new Map<string, string>()
  readonly #hasTrailers: boolean
  #state: State = { at: 'head' }
  #held: Uint8Array = new Uint8Array(0)
  #decoded = 0

  constructor(options: ChunkedOptions) {
    this.#options = options
    this.#chain = 'signing' in options ? new SignatureChain(options.signing) : undefined
    this.#hasTrailers = options.form.endsWith('-TRAILER')
  }

  /** Takes some bytes of the body and gives those that are good so far. */
  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#input.push(bytes)
    const good: Uint8Array[] = []
    while (this.#step(good));
    return good
  }

  /** To be called when the body has ended. The trailing headers by lower-case name, without their signature. */
  end(): ReadonlyMap<string, string> {
    if (this.#state.at !== 'end') throw new ChunkError('malformed', 'a chunked body ends before its last chunk')
    return this.#trailers
  }

  // One step; false when there are not bytes enough for it.
  #step(good: Uint8Array[]): boolean {
    switch (this.#state.at) {
      case 'head':
        return this.#readHead()
      case 'chunk':
        return this.#readChunk(this.#state, good)
      case 'chunk-end':
        return this.#readChunkEnd()
      case 'trailer':
        return this.#readTrailer()
      case 'end':
        if (!this.#input.isEmpty) throw new ChunkError('malformed', 'a chunked body goes on after its end')
        return false
    }
  }

  #readHead(): boolean {
    const line = this.#input.line()
    if (line === undefined) return false
    const [, digits = '', signature] = headForm.exec(line) ?? []
    const size = Number.parseInt(digits, 16)
    if (Number.isNaN(size)) throw new ChunkError('malformed', 'a chunk must begin with its size')
    if ((signature !== undefined) !== (this.#chain !== undefined)) {
      throw new ChunkError('malformed', 'a chunk must be signed just when the body is said to be')
    }
    if (size > this.#options.mostChunkBytes) throw new ChunkError('too-large', `a chunk of ${size} bytes is too large`)
    if (this.#decoded + size > this.#options.decodedLength)
      throw new ChunkError('length', 'the body is longer than it said')
    if (size > 0) this.#state = { at: 'chunk', signature, size, left: size }
    else this.#readLastHead(signature)
    return true
  }

  #readLastHead(signature: string | undefined): void {
    if (this.#decoded !== this.#options.decodedLength)
      throw new ChunkError('length', 'the body is shorter than it said')
    this.#chain?.check(signature, this.#chain.signChunk(new Uint8Array(0)))
    this.#state = { at: 'trailer' }
  }

  #readChunk(state: Extract<State, { at: 'chunk' }>, good: Uint8Array[]): boolean {
    const part = this.#input.take(state.left)
    if (part.length === 0) return false
    state.left -= part.length
    this.#decoded += part.length
    if (this.#chain === undefined) good.push(part)
    else this.#hold(part, state)
    if (state.left > 0) return false

    if (this.#chain !== undefined) {
      this.#chain.check(state.signature, this.#chain.signChunk(this.#held))
      good.push(this.#held)
      this.#held = new Uint8Array(0)
    }
    this.#state = { at: 'chunk-end' }
    return true
  }

  // Grows by doubling: what is claimed costs nothing until it is sent, and many small parts cost no more than one.
  #hold(part: Uint8Array, { size, left }: { readonly size: number; readonly left: number }): void {
    const end = size - left
    if (end > this.#held.length) {
      const larger = new Uint8Array(Math.min(size, Math.max(end, this.#held.length * 2)))
      larger.set(this.#held)
      this.#held = larger
    }
    this.#held.set(part, end - part.length)
  }

  #readChunkEnd(): boolean {
    const line = this.#input.line()
    if (line === undefined) return false
    if (line !== '') throw new ChunkError('malformed', 'a chunk must end with CRLF')
    this.#state = { at: 'head' }
    return true
  }

  #readTrailer(): boolean {
    const line = this.#input.line()
    if (line === undefined) return false
    if (line === '') {
      this.#finish()
      return true
    }
    const [, sent = '', value = ''] = trailerForm.exec(line) ?? []
    const name = sent.toLowerCase()
    const isWelcome = this.#hasTrailers && name !== '' && !this.#trailers.has(name)
    if (!isWelcome || this.#trailers.has(trailerSignature) || this.#trailers.size > mostTrailers) {
      throw new ChunkError('malformed', 'the trailing headers are not as they should be')
    }
    this.#trailers.set(name, value.trim())
    return true
  }

  #finish(): void {
    const signature = this.#trailers.get(trailerSignature)
    this.#trailers.delete(trailerSignature)
    if (this.#chain !== undefined && this.#hasTrailers) {
      let canonical = ''
      for (const [name, value] of this.#trailers) canonical += `${name}:${value}\n`
      this.#chain.check(signature, this.#chain.signTrailer(canonical))
    }
    this.#state = { at: 'end' }
  }
}
