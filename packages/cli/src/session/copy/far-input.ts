import { Readable } from 'node:stream'

/** What the node is given, once it is ready for it, as fast as it takes it. Never ends: the node counts. */
export class FarInput extends Readable {
  #pieces: Iterator<Uint8Array> | undefined
  readonly #onSent: (bytes: number) => void
  readonly #onFailed: (error: unknown) => void

  constructor(onSent: (bytes: number) => void, onFailed: (error: unknown) => void) {
    super({ highWaterMark: 256 * 1024 })
    this.#onSent = onSent
    this.#onFailed = onFailed
  }

  /** From here on the pieces go out. */
  begin(pieces: Iterable<Uint8Array>): void {
    this.#pieces = pieces[Symbol.iterator]()
    this._read()
  }

  /** No more of them; but this one byte, which says that everything of the node has come. */
  acknowledge(): void {
    this.#pieces?.return?.()
    this.#pieces = undefined
    this.push(Buffer.from('.'))
  }

  override _read(): void {
    try {
      for (;;) {
        const next = this.#pieces?.next()
        if (next === undefined || next.done === true) return
        if (next.value.length === 0) continue
        this.#onSent(next.value.length)
        if (!this.push(next.value)) return
      }
    } catch (error) {
      this.#pieces = undefined
      this.#onFailed(error)
    }
  }
}
