import { StreamTimeout } from './stream-timeout.ts'

/** How much may wait for its receipt. The last frame may exceed `mostBytes`. */
export interface StreamSenderLimits {
  readonly mostFrames: number
  readonly mostBytes: number
}

interface Pending {
  readonly sequenceNumber: number
  readonly bytes: Uint8Array
  sentAt: number
  /** Its place among all sendings. */
  order: number
  resends: number
}

// A receipt of Amazon's client that was lost is never repeated: after so many tries the frames behind have their turn.
const triesInARow = 8

/**
 * The sending half of one direction of a data channel: it numbers frames, keeps them until their receipt, and says which to
 * send again. It knows no clock: `now` is milliseconds of any clock that doesn't go back. It sends nothing itself.
 *
 * Only the oldest frame is sent again, as Amazon's ends do, since a slow channel must not be filled with copies. When a receipt
 * proves that something sent later was received, what was lost with the oldest is due at once, one frame a receipt; that is
 * what RFC 6582 does with partial acknowledgements.
 */
export class StreamSender {
  readonly #limits: StreamSenderLimits
  readonly #timeout = new StreamTimeout()
  readonly #pending = new Map<number, Pending>()
  #bytes = 0
  #next = 0
  #tries = triesInARow
  #sendings = 0
  /** The latest sending that is known to have been received. */
  #receivedOrder = -1
  #receiptAt = 0
  /** Frames below it were on their way when one was found lost. */
  #lostBelow = 0
  /** When the oldest frame was last found received. */
  #movedAt = Number.NEGATIVE_INFINITY

  constructor(limits: StreamSenderLimits) {
    this.#limits = limits
  }

  /** The sequence number of the next frame. */
  get nextSequenceNumber(): number {
    return this.#next
  }

  /** False when the source of the frames should rest until receipts have come. */
  get hasRoom(): boolean {
    return this.#pending.size < this.#limits.mostFrames && this.#bytes < this.#limits.mostBytes
  }

  /** How many frames wait for their receipt, and their bytes. */
  get waiting(): { readonly frames: number; readonly bytes: number } {
    return { frames: this.#pending.size, bytes: this.#bytes }
  }

  /** When `due` will next have a frame if no receipt comes before; undefined when nothing waits. */
  get dueAt(): number | undefined {
    const candidate = this.#candidate()
    return candidate === undefined ? undefined : this.#dueAt(candidate)
  }

  /**
   * Takes one more frame, which `write` makes for its sequence number, and returns it to be sent. Throws a RangeError when
   * there is no room.
   */
  add(write: (sequenceNumber: number) => Uint8Array, now: number): Uint8Array {
    if (!this.hasRoom) throw new RangeError('too many frames wait for their receipts')
    const sequenceNumber = this.#next
    const bytes = write(sequenceNumber)
    this.#next++
    this.#bytes += bytes.length
    this.#pending.set(sequenceNumber, { sequenceNumber, bytes, sentAt: now, order: this.#sendings++, resends: 0 })
    return bytes
  }

  /** A receipt has come; false when it was for nothing that waits. After it, ask `due` and `hasRoom` again. */
  acknowledge(sequenceNumber: number, now: number): boolean {
    const pending = this.#pending.get(sequenceNumber)
    if (pending === undefined) return false
    if (pending.resends === 0) this.#timeout.observe(now - pending.sentAt)
    if (pending === this.#candidate()) this.#movedAt = now
    this.#receivedOrder = Math.max(this.#receivedOrder, pending.order)
    this.#receiptAt = now
    this.#pending.delete(sequenceNumber)
    this.#bytes -= pending.bytes.length
    if (this.#pending.size === 0) this.#tries = triesInARow
    return true
  }

  /** The frames to be sent again now. Ask when `dueAt` has come, and after receipts; not while there is no connection. */
  due(now: number): readonly Uint8Array[] {
    const candidate = this.#candidate()
    if (candidate === undefined || now < this.#dueAt(candidate)) return []
    if (candidate.sequenceNumber >= this.#lostBelow) this.#lostBelow = this.#next
    if (candidate.resends >= this.#tries) this.#tries = candidate.resends + triesInARow
    return [this.#again(candidate, now)]
  }

  /** After a new connection: all that waits, in order. */
  reconnected(now: number): readonly Uint8Array[] {
    this.#tries = triesInARow
    this.#lostBelow = 0
    return Array.from(this.#pending.values(), (pending) => {
      pending.resends = 0
      return this.#again(pending, now)
    })
  }

  #again(pending: Pending, now: number): Uint8Array {
    pending.sentAt = now
    pending.order = this.#sendings++
    pending.resends++
    return pending.bytes
  }

  #dueAt(pending: Pending): number {
    const wasLost = pending.sequenceNumber < this.#lostBelow && pending.order < this.#receivedOrder
    if (wasLost) return this.#receiptAt
    return Math.max(pending.sentAt, this.#movedAt) + this.#timeout.waitMs
  }

  /** The oldest frame that hasn't had its tries; when all have, the oldest. */
  #candidate(): Pending | undefined {
    let first: Pending | undefined
    for (const pending of this.#pending.values()) {
      if (pending.resends < this.#tries) return pending
      first ??= pending
    }
    return first
  }
}
