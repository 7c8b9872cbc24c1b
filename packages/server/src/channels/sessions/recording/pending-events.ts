import type { RecordedEvent } from '../../../domain/recorded-event.ts'
import type { RecordedSoFar } from '../../../domain/recording-files.ts'
import type { Counters } from '../../../domain/telemetry.ts'
import { note } from './recorded-events.ts'

/** Of one session: far more than a disk that works leaves waiting. */
const mostWaiting = 4 * 1024 * 1024
/** Of all sessions together. */
const mostOfAll = 64 * 1024 * 1024
/** An event is more than its bytes. */
const eventCost = 128
/** Of one recording: more than a day of typing and watching, and few enough to be read. */
const mostEvents = 1_000_000

/** Bytes that wait for the disk, of all sessions. */
export interface PendingBudget {
  bytes: number
}

export interface PendingEventsParts {
  readonly mostBytes: number
  readonly budget: PendingBudget
  readonly counters: Counters
}

/** What is to be written of one session, bounded: what does not fit is counted, and noted where it is missing. */
export class PendingEvents {
  readonly #parts: PendingEventsParts
  #events: RecordedEvent[] = []
  #cost = 0
  #missing = 0
  #count = 0
  #taken = 0
  bytes = 0
  lostBytes = 0
  isCut = false
  /** The disk has refused the last write. */
  isFailing = false

  constructor(parts: PendingEventsParts) {
    this.#parts = parts
  }

  get isEmpty(): boolean {
    return this.#events.length === 0
  }

  /** Each event that came has a place, counted from the first; this is that of the next. */
  get end(): number {
    return this.#taken
  }

  /** The place of the oldest that is not written. */
  get start(): number {
    return this.#taken - this.#events.length
  }

  /** Bytes of memory. */
  get cost(): number {
    return this.#cost
  }

  /** What is not written yet. */
  get waiting(): { readonly bytes: number } {
    return { bytes: this.#events.reduce((sum, { bytes }) => sum + bytes.length, 0) }
  }

  /** What was recorded before. */
  goOn({ bytes, lostBytes, isCut }: RecordedSoFar): void {
    this.bytes += bytes
    this.lostBytes += lostBytes
    this.isCut = isCut
  }

  /** Takes room for bytes that are kept elsewhere; false, and counted as missing, when there is none. */
  reserve(bytes: number): boolean {
    if (this.#take(bytes + eventCost)) return true
    this.#lose(bytes)
    return false
  }

  release(bytes: number): void {
    this.#giveBack(bytes + eventCost)
  }

  add(events: readonly RecordedEvent[]): void {
    for (const event of events) this.#add(event)
  }

  /** The oldest, at least one, of so many bytes at most. */
  first(mostBytes: number): readonly RecordedEvent[] {
    let [count, bytes] = [0, 0]
    for (const event of this.#events) {
      bytes += event.bytes.length + eventCost
      if (count > 0 && bytes > mostBytes) break
      count++
    }
    return this.#events.slice(0, count)
  }

  written(events: readonly RecordedEvent[]): void {
    this.#events.splice(0, events.length)
    for (const { bytes } of events) this.#giveBack(bytes.length + eventCost)
  }

  /** Says what did not fit, if anything did not. */
  noteMissing(atMs: number): void {
    const missing = this.#missing
    this.#missing = 0
    if (missing > 0)
      this.#push(note(`${missing} bytes are missing here: the recording could not be written`, atMs, missing))
  }

  clear(): void {
    this.written([...this.#events])
  }

  #add(event: RecordedEvent): void {
    if (this.isCut) return
    const { kind, atMs, bytes } = event
    const isOfSession = kind === 'output' || kind === 'error' || kind === 'input'
    const isTooLong = isOfSession && this.bytes + bytes.length > this.#parts.mostBytes
    if (isTooLong || this.#count >= mostEvents) {
      this.isCut = true
      const length = isTooLong ? `${this.#parts.mostBytes} bytes` : `${mostEvents} events`
      const words = `The recording ends here: it has reached its longest length of ${length}`
      this.#push({ kind: 'cut', atMs, number: event.number, bytes: Buffer.from(words) })
      return
    }
    if (!this.#take(bytes.length + eventCost)) {
      this.#lose(bytes.length)
      return
    }
    this.noteMissing(atMs)
    if (isOfSession) this.bytes += bytes.length
    this.#count++
    this.#taken++
    this.#events.push(event)
  }

  /** Words are few and short, so they are taken even when there is no room. */
  #push(event: RecordedEvent): void {
    this.#cost += event.bytes.length + eventCost
    this.#parts.budget.bytes += event.bytes.length + eventCost
    this.#taken++
    this.#events.push(event)
  }

  #take(cost: number): boolean {
    const { budget } = this.#parts
    if (this.#cost + cost > mostWaiting || budget.bytes + cost > mostOfAll) return false
    this.#cost += cost
    budget.bytes += cost
    return true
  }

  #giveBack(cost: number): void {
    this.#cost -= cost
    this.#parts.budget.bytes -= cost
  }

  #lose(bytes: number): void {
    this.#missing += bytes
    this.lostBytes += bytes
    this.#parts.counters.add('fairlead_recording_lost_bytes_total', 'Bytes of sessions that no recording has', bytes)
  }
}
