import type { RecordableFrame } from '../../../domain/session-recorders.ts'

const mostHeldFrames = 4096
const mostHeldBytes = 4 * 1024 * 1024

/** What may be recorded now, in order, after `missing` numbers that never came. */
export interface OrderedFrames {
  readonly frames: readonly RecordableFrame[]
  readonly missing: number
}

const nothing: OrderedFrames = { frames: [], missing: 0 }

/**
 * Brings the frames of one side in the order of their numbers, each once. One that comes too early waits for those before
 * it, as it does at its receiver; when too much waits, they are given up.
 */
export class FrameOrder {
  /** The number that is to come; undefined when any may be the first. */
  #next: number | undefined
  readonly #held = new Map<number, RecordableFrame>()
  #heldBytes = 0

  constructor(next: number | undefined) {
    this.#next = next
  }

  /** All below it have come, or were given up. */
  get next(): number {
    return this.#next ?? 0
  }

  get isHolding(): boolean {
    return this.#held.size > 0
  }

  take(frame: RecordableFrame): OrderedFrames {
    const { sequenceNumber, payload } = frame
    this.#next ??= sequenceNumber
    if (sequenceNumber < this.#next || this.#held.has(sequenceNumber)) return nothing
    if (sequenceNumber === this.#next && this.#held.size === 0) {
      this.#next++
      return { frames: [frame], missing: 0 }
    }
    this.#held.set(sequenceNumber, frame)
    this.#heldBytes += payload.length
    const isTooMuch = this.#held.size > mostHeldFrames || this.#heldBytes > mostHeldBytes
    return sequenceNumber === this.#next || !isTooMuch ? { frames: this.#release(), missing: 0 } : this.giveUp()
  }

  /** Waits no longer for what has not come. */
  giveUp(): OrderedFrames {
    if (this.#held.size === 0) return nothing
    const first = Math.min(...this.#held.keys())
    const missing = first - (this.#next ?? first)
    this.#next = first
    return { frames: this.#release(), missing }
  }

  #release(): RecordableFrame[] {
    const frames: RecordableFrame[] = []
    let next = this.#next ?? 0
    for (let frame = this.#held.get(next); frame !== undefined; frame = this.#held.get(++next)) {
      this.#held.delete(next)
      this.#heldBytes -= frame.payload.length
      frames.push(frame)
    }
    this.#next = next
    return frames
  }
}
