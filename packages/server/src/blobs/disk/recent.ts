import type { BlobRef } from '../blobs.ts'

// An output that a caller is shown has at most 24,000 characters; larger ones are fetched once, by whoever stores them.
const mostEach = 64 * 1024

/**
 * The small blobs last put or asked for. Output is asked for mostly just after it came, by callers that poll,
 * and opening a file for each answer would cost more than all the rest of it.
 */
export class Recent {
  readonly #most: number
  readonly #blobs = new Map<BlobRef, Uint8Array>()
  #bytes = 0

  /** @param most bytes to hold */
  constructor(most: number) {
    this.#most = most
  }

  find(ref: BlobRef): Uint8Array | undefined {
    return this.#blobs.get(ref)
  }

  keep(ref: BlobRef, bytes: Uint8Array): void {
    if (bytes.length > mostEach || this.#blobs.has(ref)) return
    // A copy, so that a slice of a large buffer does not hold on to the whole of it.
    this.#blobs.set(ref, new Uint8Array(bytes))
    this.#bytes += bytes.length
    if (this.#bytes > this.#most) this.#thin()
  }

  clear(): void {
    this.#blobs.clear()
    this.#bytes = 0
  }

  // A quarter at a time: a Map walks over what was deleted at its front, so one at a time would cost more and more.
  #thin(): void {
    for (const [oldest, { length }] of this.#blobs) {
      if (this.#bytes <= this.#most * 0.75) return
      this.#blobs.delete(oldest)
      this.#bytes -= length
    }
  }
}
