import type { Frame } from './frame.ts'

/** How much that came early may be kept. */
export interface StreamReceiverLimits {
  readonly mostFrames: number
  readonly mostBytes: number
}

/** What to do about a frame that came. */
export interface Arrival {
  /** A frame that is not acknowledged comes again. */
  readonly acknowledge: boolean
  /** What is now next, in order: this frame, and those that had come early; each exactly once. */
  readonly delivered: readonly Frame[]
}

/**
 * The receiving half of one direction of a data channel. What was seen already is acknowledged again, since its receipt may
 * have been lost; what is early is kept, as far as there is room. A receiver that can't take a frame at all yet doesn't ask,
 * and doesn't acknowledge.
 */
export class StreamReceiver {
  readonly #limits: StreamReceiverLimits
  readonly #early = new Map<number, Frame>()
  #earlyBytes = 0
  #expected = 0

  constructor(limits: StreamReceiverLimits) {
    this.#limits = limits
  }

  /** The sequence number of the frame that is next. */
  get expectedSequenceNumber(): number {
    return this.#expected
  }

  receive(frame: Frame): Arrival {
    if (frame.sequenceNumber < this.#expected) return { acknowledge: true, delivered: [] }
    if (frame.sequenceNumber > this.#expected) return { acknowledge: this.#keep(frame), delivered: [] }
    const delivered = [frame]
    this.#expected++
    for (let next = this.#takeEarly(); next !== undefined; next = this.#takeEarly()) {
      delivered.push(next)
      this.#expected++
    }
    return { acknowledge: true, delivered }
  }

  #keep(frame: Frame): boolean {
    if (this.#early.has(frame.sequenceNumber)) return true
    const bytes = this.#earlyBytes + frame.payload.length
    if (this.#early.size >= this.#limits.mostFrames || bytes > this.#limits.mostBytes) return false
    this.#early.set(frame.sequenceNumber, frame)
    this.#earlyBytes = bytes
    return true
  }

  #takeEarly(): Frame | undefined {
    const frame = this.#early.get(this.#expected)
    if (frame === undefined || !this.#early.delete(this.#expected)) return undefined
    this.#earlyBytes -= frame.payload.length
    return frame
  }
}
