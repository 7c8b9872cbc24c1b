import { ChunkError } from './chunked-signature.ts'

const longestLine = 1024

/** Bytes that came in and aren't used yet, read line by line or in runs. Lines end with CRLF and are bounded. */
export class ChunkInput {
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0

  push(more: Uint8Array): void {
    const rest = this.#bytes.length - this.#at
    if (rest === 0) this.#bytes = more
    else {
      const joined = new Uint8Array(rest + more.length)
      joined.set(this.#bytes.subarray(this.#at))
      joined.set(more, rest)
      this.#bytes = joined
    }
    this.#at = 0
  }

  get isEmpty(): boolean {
    return this.#at === this.#bytes.length
  }

  /** The next line without its CRLF, or undefined until it is here whole. Throws ChunkError when it is no line. */
  line(): string | undefined {
    const end = this.#bytes.indexOf(0x0a, this.#at)
    const length = (end === -1 ? this.#bytes.length : end) - this.#at
    if (length > longestLine) throw new ChunkError('malformed', 'a line of a chunked body is too long')
    if (end === -1) return undefined
    if (length === 0 || this.#bytes[end - 1] !== 0x0d) throw new ChunkError('malformed', 'a line must end with CRLF')
    let text = ''
    for (let at = this.#at; at < end - 1; at++) {
      const code = this.#bytes[at] ?? 0
      if (code < 0x20 || code > 0x7e) throw new ChunkError('malformed', 'a line of a chunked body must be ASCII')
      text += String.fromCharCode(code)
    }
    this.#at = end + 1
    return text
  }

  /** Up to `most` bytes, a view on what was pushed. */
  take(most: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + most)
    this.#at += taken.length
    return taken
  }
}
