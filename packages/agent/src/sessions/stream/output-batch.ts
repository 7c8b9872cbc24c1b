import { incompleteTail } from '@fairlead/wire/utf8-tail'

/** The longest payload that is made. Amazon's client takes any; relays and smux are happy with this. */
export const longestPayload = 32 * 1024

// The rest of a character comes within microseconds, if it comes.
const characterMs = 20

type Later = (ms: number, act: () => void) => () => void

/**
 * Gathers the little pieces in which terminals and pipes deliver, so that what is there at one moment goes in one frame. Frames
 * end with whole UTF-8 characters where the bytes are such; bytes that are not are passed on as they are.
 */
export class OutputBatch {
  readonly #after: Later
  readonly #write: (bytes: Uint8Array) => void
  #pieces: Uint8Array[] = []
  #length = 0
  #isScheduled = false
  #cancelTail: () => void = () => undefined

  constructor(after: Later, write: (bytes: Uint8Array) => void) {
    this.#after = after
    this.#write = write
  }

  /** Bytes that were gathered and not yet written. */
  get length(): number {
    return this.#length
  }

  add(bytes: Uint8Array): void {
    this.#cancelTail()
    this.#pieces.push(bytes)
    this.#length += bytes.length
    if (this.#length >= longestPayload) this.#flush(true)
    if (this.#isScheduled || this.#length === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#flush(true)
    })
  }

  /** Writes everything, a cut character too. */
  flush(): void {
    this.#cancelTail()
    this.#flush(false)
  }

  #flush(keepsTail: boolean): void {
    if (this.#length === 0) return
    const bytes =
      this.#pieces.length === 1 && this.#pieces[0] !== undefined ? this.#pieces[0] : Buffer.concat(this.#pieces)
    const tail = keepsTail ? incompleteTail(bytes, bytes.length) : 0
    const end = bytes.length - tail
    for (let from = 0; from < end; ) {
      let to = Math.min(from + longestPayload, end)
      if (to < end) to -= incompleteTail(bytes, to)
      this.#write(bytes.subarray(from, to))
      from = to
    }
    this.#pieces = tail === 0 ? [] : [bytes.subarray(end)]
    this.#length = tail
    if (tail > 0) this.#cancelTail = this.#after(characterMs, () => this.#flush(false))
  }
}
