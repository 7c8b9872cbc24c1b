import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'
import type { AuditRecord } from '../domain/audit-record.ts'
import type { Clock } from '../domain/clock.ts'
import { findAudited } from './find-audited.ts'

/** Hears how the disk takes the audit. Nothing waits for it and nothing is refused because of it (decision 9). */
export interface AuditWatch {
  /** Once per outage. */
  failed(error: Error): void
  /** The next line that there was room for is written; `lost` lines were not since `failed`. */
  mended(lost: number): void
}

/** How long the first line waits for others to be written with it: a write costs as much for one as for many. */
const gatheringMs = 20
/** Characters of lines that are written without waiting for more. */
const mostGathered = 64 * 1024
/** Bytes that may wait for a disk that is slower than the requests. */
const mostWaiting = 16 * 1024 * 1024

/**
 * Appends one JSON line per request to a file a day, DIR/audit/YYYY-MM-DD.jsonl (mode 0600), in the order of
 * the answers. Lines are handed to the operating system a few at a time; a kill or a power cut may cost the last
 * of them, which is why nothing is ever decided from this file. While the disk is full or far behind lines are
 * lost; it goes on with the first line for which there is room again.
 */
export class Audit {
  readonly #folder: string
  readonly #clock: Pick<Clock, 'after'>
  readonly #watch: AuditWatch
  #day = ''
  /** Lines of `#day` that no stream has yet. */
  #gathered = ''
  #gatheredLines = 0
  #lostLines = 0
  #lostBefore = 0
  #callOff: (() => void) | undefined
  #stream: WriteStream | undefined
  #searches: Promise<unknown> = Promise.resolve()
  /** Since a line could not be written, until one can be again. */
  #isFailing = false
  #isClosed = false

  constructor(folder: string, clock: Pick<Clock, 'after'>, watch: AuditWatch) {
    this.#folder = folder
    this.#clock = clock
    this.#watch = watch
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  /** Whether the last line that could not be written has had no successor that could. */
  get isFailing(): boolean {
    return this.#isFailing
  }

  /** Lines that were never written, since the start. */
  get lostLines(): number {
    return this.#lostLines
  }

  write(record: AuditRecord): void {
    if (this.#isClosed) return
    const day = record.eventTime.slice(0, 10)
    if (day !== this.#day) this.#turnTo(day)
    this.#gathered += `${JSON.stringify(record)}\n`
    this.#gatheredLines++
    if (this.#gathered.length >= mostGathered) this.#hand()
    else this.#callOff ??= this.#clock.after(gatheringMs, () => this.#hand())
  }

  /**
   * What was written of a request, as far back as the audit is kept. It reads files from their beginning, so one
   * search waits for the other.
   */
  find(requestId: string, signal: AbortSignal): Promise<AuditRecord | undefined> {
    const found = this.#searches.then(() => this.#search(requestId, signal))
    this.#searches = found.catch(() => undefined)
    return found
  }

  async #search(requestId: string, signal: AbortSignal): Promise<AuditRecord | undefined> {
    signal.throwIfAborted()
    this.#hand()
    const stream = this.#stream
    // A stream that fails calls back too.
    if (stream !== undefined) await new Promise<void>((resolve) => stream.write('', () => resolve()))
    try {
      return await findAudited(this.#folder, requestId, signal)
    } catch (error) {
      // A stream that is broken off throws an error of its own.
      signal.throwIfAborted()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#hand()
    const stream = this.#stream
    this.#stream = undefined
    if (stream === undefined) return
    await new Promise<void>((resolve) => stream.end(resolve))
  }

  /** Hands what was gathered to the stream. */
  #hand(): void {
    this.#callOff?.()
    this.#callOff = undefined
    if (this.#gathered === '') return
    const lines = this.#gathered
    const count = this.#gatheredLines
    this.#gathered = ''
    this.#gatheredLines = 0
    const stream = this.#stream ?? this.#open()
    if (stream.writableLength > mostWaiting) {
      this.#lostLines += count
      this.#broken(new Error('the disk does not keep up with the audit'))
      return
    }
    // What a full disk cut short must not spoil the first line after it.
    stream.write(this.#isFailing ? `\n${lines}` : lines, (error) => this.#wrote(count, error ?? undefined))
  }

  #turnTo(day: string): void {
    this.#hand()
    this.#stream?.end()
    this.#stream = undefined
    this.#day = day
  }

  #open(): WriteStream {
    const stream = createWriteStream(join(this.#folder, `${this.#day}.jsonl`), { flags: 'a', mode: 0o600 })
    stream.on('error', (error) => this.#broke(stream, error))
    this.#stream = stream
    return stream
  }

  /** A stream that failed once takes nothing more, so the next line gets a new one. The failure is told once. */
  #broke(stream: WriteStream, error: Error): void {
    if (this.#stream === stream) this.#stream = undefined
    this.#broken(error)
  }

  #broken(error: Error): void {
    if (!this.#isFailing) this.#watch.failed(error)
    this.#isFailing = true
  }

  #wrote(lines: number, error: Error | undefined): void {
    if (error !== undefined) this.#lostLines += lines
    else if (this.#isFailing) {
      this.#isFailing = false
      this.#watch.mended(this.#lostLines - this.#lostBefore)
      this.#lostBefore = this.#lostLines
    }
  }
}
