import { writeSync } from 'node:fs'
import { isErrno } from '../../disk/durable-file.ts'

type Later = (ms: number, act: () => void) => () => void

// The kernel does not say when a full terminal has room again: it is asked, less and less often.
const [firstWaitMs, longestWaitMs] = [1, 32]

/** The keyboard of a pseudoterminal: bytes for it wait here while the program on it does not read. */
export class PtyInput {
  readonly #file: number
  readonly #after: Later
  readonly #onDrain: () => void
  #queue: Uint8Array[] = []
  #backlog = 0
  #waitMs = firstWaitMs
  #cancelWait: (() => void) | undefined
  #isClosed = false

  /** `file` does not block. `onDrain` is called each time that some of what waited was written. */
  constructor(file: number, after: Later, onDrain: () => void) {
    this.#file = file
    this.#after = after
    this.#onDrain = onDrain
  }

  /** Bytes that wait. */
  get backlog(): number {
    return this.#backlog
  }

  write(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#isClosed) return
    this.#queue.push(bytes)
    this.#backlog += bytes.length
    if (this.#cancelWait === undefined) this.#push()
  }

  /** Throws away what waits; nothing can be written any more. */
  close(): void {
    this.#isClosed = true
    this.#cancelWait?.()
    this.#queue = []
    this.#backlog = 0
  }

  #push(): void {
    const before = this.#backlog
    let taken = 0
    for (const bytes of this.#queue) {
      const count = this.#writeSome(bytes)
      this.#backlog -= count
      if (count < bytes.length) {
        this.#queue[taken] = bytes.subarray(count)
        break
      }
      taken++
    }
    this.#queue.splice(0, taken)
    if (this.#backlog > 0) this.#wait(this.#backlog < before)
    if (this.#backlog < before) this.#onDrain()
  }

  #wait(hadRoom: boolean): void {
    this.#waitMs = hadRoom ? firstWaitMs : Math.min(this.#waitMs * 2, longestWaitMs)
    this.#cancelWait = this.#after(this.#waitMs, () => {
      this.#cancelWait = undefined
      this.#push()
    })
  }

  #writeSome(bytes: Uint8Array): number {
    let count = 0
    try {
      while (count < bytes.length) count += writeSync(this.#file, bytes, count)
    } catch (error) {
      // Anything but a full terminal means that the program is gone: what was meant for it is of no use to anybody.
      if (!isErrno(error, 'EAGAIN')) return bytes.length
    }
    return count
  }
}
