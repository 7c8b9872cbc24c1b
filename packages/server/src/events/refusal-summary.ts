import type { AuditRecord } from '../domain/audit-record.ts'
import type { Clock } from '../domain/clock.ts'

const windowMs = 60_000
/** Refusals of callers that nobody knows that get a line each: in a minute from one address, and from all of them. */
const linesOfSource = 60
const linesOfAll = 600
/** Addresses that are told apart in the summaries of a minute; the others share one. */
const mostSources = 100
const otherSources = 'others'

interface Source {
  lines: number
  unwritten: number
  last: AuditRecord | undefined
}

/**
 * Keeps those who have shown no credentials from filling the disk with the audit of their refusals. Beyond a number of them in a
 * minute they are counted, and at the minute's end one line for each address tells how many they were and shows what the last
 * of them was. All other requests are written as they come.
 */
export class RefusalSummary {
  readonly #clock: Pick<Clock, 'after'>
  readonly #write: (record: AuditRecord) => void
  readonly #sources = new Map<string, Source>()
  #lines = 0
  #callOff: (() => void) | undefined

  constructor(clock: Pick<Clock, 'after'>, write: (record: AuditRecord) => void) {
    this.#clock = clock
    this.#write = write
  }

  write(record: AuditRecord): void {
    if (record.userIdentity.type !== 'Unknown') {
      this.#write(record)
      return
    }
    this.#callOff ??= this.#clock.after(windowMs, () => this.flush())
    const source = this.#sourceOf(record.sourceIpAddress)
    if (source.lines < linesOfSource && this.#lines < linesOfAll) {
      source.lines++
      this.#lines++
      this.#write(record)
    } else {
      source.unwritten++
      source.last = record
    }
  }

  /** Tells what was counted, and begins anew. */
  flush(): void {
    this.#callOff?.()
    this.#callOff = undefined
    const counted = [...this.#sources]
    this.#sources.clear()
    this.#lines = 0
    for (const [sourceIpAddress, { unwritten, last }] of counted) {
      if (last === undefined) continue
      const requestParameters = { requestsWithoutLine: unwritten }
      this.#write({ ...last, eventName: 'RefusedRequests', sourceIpAddress, requestParameters })
    }
  }

  #sourceOf(address: string): Source {
    const name = this.#sources.has(address) || this.#sources.size < mostSources ? address : otherSources
    const source = this.#sources.get(name) ?? { lines: 0, unwritten: 0, last: undefined }
    this.#sources.set(name, source)
    return source
  }
}
