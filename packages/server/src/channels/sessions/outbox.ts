import type { DataFrame } from './data-frame.ts'

/**
 * What is on its way to one side of a session, in order: frames that wait for its socket, and frames that were written and
 * may not have arrived. A new socket gets all of them again; both ends know duplicates by their numbers.
 *
 * Places in the queue are counted from the session's first frame on, so that they stay true when the queue moves.
 */
export class Outbox {
  #frames: DataFrame[] = []
  /** The place of `#frames[0]`. */
  #first = 0
  /** The place of the next frame to be written. */
  #next = 0
  #bytes = 0
  #writtenBytes = 0
  readonly #names = new Set<string>()
  /** Where the numbered frames stand. */
  readonly #places = new Map<number, number>()

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** Bytes that were written and may not have arrived. */
  get writtenBytes(): number {
    return this.#writtenBytes
  }

  /** The place after the last frame that was written. */
  get written(): number {
    return this.#next
  }

  /** Whether frames wait to be written. */
  get isWaiting(): boolean {
    return this.#next < this.#first + this.#frames.length
  }

  /** False when the very same frame is still on its way: then the one will do. */
  add(frame: DataFrame): boolean {
    const name = nameOf(frame)
    if (this.#names.has(name)) return false
    this.#names.add(name)
    if (frame.messageType !== 'acknowledge') this.#places.set(frame.sequenceNumber, this.#first + this.#frames.length)
    this.#frames.push(frame)
    this.#bytes += frame.bytes.length
    return true
  }

  /** The next frame to be written. */
  get next(): DataFrame | undefined {
    return this.#frames[this.#next - this.#first]
  }

  /** The next frame to be written, which from now on counts as written. */
  take(): DataFrame | undefined {
    const frame = this.next
    if (frame === undefined) return undefined
    this.#next++
    this.#writtenBytes += frame.bytes.length
    return frame
  }

  /** Everything that was written before this place has arrived. */
  confirm(place: number): void {
    const gone = this.#frames.splice(0, Math.max(0, Math.min(place, this.#next) - this.#first))
    for (const frame of gone) {
      this.#names.delete(nameOf(frame))
      if (frame.messageType !== 'acknowledge') this.#places.delete(frame.sequenceNumber)
      this.#bytes -= frame.bytes.length
      this.#writtenBytes -= frame.bytes.length
    }
    this.#first += gone.length
  }

  /** The numbered frame has arrived, and so has what was written before it. */
  confirmNumber(sequenceNumber: number): void {
    const place = this.#places.get(sequenceNumber)
    if (place !== undefined) this.confirm(place + 1)
  }

  /** Forgets the oldest that were written, as if they had arrived, until no more than so many bytes are left or all wait. */
  trim(mostBytes: number): void {
    let place = this.#first
    let bytes = this.#bytes
    while (bytes > mostBytes && place < this.#next) {
      bytes -= this.#frames[place - this.#first]?.bytes.length ?? 0
      place++
    }
    this.confirm(place)
  }

  /** The socket is gone: what may not have arrived is to be written again. */
  rewind(): void {
    this.#next = this.#first
    this.#writtenBytes = 0
  }

  clear(): void {
    this.#next = this.#first + this.#frames.length
    this.confirm(this.#next)
  }
}

function nameOf({ key, sequenceNumber }: DataFrame): string {
  return `${key}${sequenceNumber}`
}
