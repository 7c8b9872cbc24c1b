/** A frame of output that the client has seen, whose receipt was lost with a socket. */
export interface LostReceipt {
  readonly sequenceNumber: number
  readonly key: string
}

interface Unacknowledged {
  readonly key: string
  /** Which of the client's sockets it was put on last. */
  socket: number
  /** When it was put on that socket, counted in frames. */
  order: number
  /** It was on an earlier socket already, so it may have been seen there. */
  mayBeSeen: boolean
}

/** Far above what an agent has in flight; the oldest are forgotten first, which only costs their agent a few more resends. */
const mostKept = 20_000

/**
 * Who has acknowledged which output (session reference, trap T3). Amazon's client drops a frame that it has seen before
 * without a receipt, and agents send the oldest unacknowledged frame again for ever: one receipt that is lost with a socket
 * stalls them, and all that was lost behind it. A client acknowledges in the order in which it reads one socket, and reads
 * on, pings too, only after that. So when it acknowledges a frame or answers a ping, whatever was put on the same socket
 * before and is not acknowledged was either seen on an earlier socket or refused; the former is what counts as a lost receipt
 * here, and only if there was an earlier socket.
 */
export class OutputReceipts {
  /** After a restart of the server nobody knows what earlier sockets carried. */
  readonly #mayAlwaysBeSeen: boolean
  readonly #waiting = new Map<number, Unacknowledged>()
  /** All numbers in [from, to) are acknowledged. */
  #from: number | undefined
  #to = 0
  /** Acknowledged ones beyond `to`. */
  readonly #beyond = new Set<number>()
  #socket = 0
  #order = 0
  #hasAnswered: boolean

  constructor({ isRebuilt }: { readonly isRebuilt: boolean }) {
    this.#mayAlwaysBeSeen = isRebuilt
    this.#hasAnswered = isRebuilt
    if (!isRebuilt) this.#from = 0
  }

  /** How many frames were put on a socket and are not acknowledged. */
  get waiting(): number {
    return this.#waiting.size
  }

  isAcknowledged(sequenceNumber: number): boolean {
    if (this.#beyond.has(sequenceNumber)) return true
    return this.#from !== undefined && sequenceNumber >= this.#from && sequenceNumber < this.#to
  }

  /** The client has a new socket. */
  nextSocket(): void {
    this.#socket++
  }

  /** How many frames were put so far: what comes later has a number from here on. */
  get order(): number {
    return this.#order
  }

  /** A frame was put on the client's socket. Answers whether the client may have seen it on an earlier one. */
  put(sequenceNumber: number, key: string): boolean {
    const known = this.#waiting.get(sequenceNumber)
    if (known?.socket === this.#socket) return known.mayBeSeen
    this.#waiting.delete(sequenceNumber)
    const mayBeSeen = this.#mayAlwaysBeSeen || known !== undefined
    this.#waiting.set(sequenceNumber, { key, socket: this.#socket, order: this.#order++, mayBeSeen })
    if (this.#waiting.size > mostKept) dropOldest(this.#waiting)
    return mayBeSeen
  }

  /** The client has acknowledged a frame. Answers what it has proved by that to have seen as well. */
  acknowledge(sequenceNumber: number): readonly LostReceipt[] {
    const acknowledged = this.#waiting.get(sequenceNumber)
    this.#waiting.delete(sequenceNumber)
    this.#note(sequenceNumber)
    this.#hasAnswered = true
    if (acknowledged === undefined || acknowledged.socket !== this.#socket) return []
    return this.#proveBefore(acknowledged.order)
  }

  /** The client has read on after all that was put before this order. A client that never acknowledged may not be ready. */
  passed(order: number): readonly LostReceipt[] {
    return this.#hasAnswered ? this.#proveBefore(order) : []
  }

  #proveBefore(before: number): readonly LostReceipt[] {
    const lost: LostReceipt[] = []
    for (const [number, { key, socket, order, mayBeSeen }] of this.#waiting) {
      // The map is in the order of putting, since what is put again moves to its end.
      if (order >= before) break
      if (socket === this.#socket && mayBeSeen) lost.push({ sequenceNumber: number, key })
    }
    for (const { sequenceNumber: number } of lost) {
      this.#waiting.delete(number)
      this.#note(number)
    }
    return lost
  }

  #note(sequenceNumber: number): void {
    if (this.#from === undefined) {
      this.#from = sequenceNumber
      this.#to = sequenceNumber
    }
    if (sequenceNumber !== this.#to) {
      if (!this.isAcknowledged(sequenceNumber)) this.#beyond.add(sequenceNumber)
      if (this.#beyond.size > mostKept) dropOldest(this.#beyond)
      return
    }
    this.#to++
    while (this.#beyond.delete(this.#to)) this.#to++
  }
}

function dropOldest<Key>(kept: { keys(): IterableIterator<Key>; delete(key: Key): boolean }): void {
  const { value, done } = kept.keys().next()
  if (done !== true) kept.delete(value)
}
