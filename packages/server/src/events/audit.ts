import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'

/** One request, as CloudTrail would tell it. Parameters are already masked where the model calls them sensitive. */
export interface AuditRecord {
  readonly eventTime: string
  readonly requestId: string
  readonly eventSource: string
  readonly eventName: string
  readonly userIdentity: {
    readonly type: string
    readonly arn: string
    readonly userId: string
    readonly accessKeyId?: string
  }
  readonly sourceIpAddress: string
  readonly userAgent: string
  readonly requestParameters?: unknown
  readonly errorCode?: string
  readonly errorMessage?: string
}

/**
 * Appends one JSON line per request to a file a day, DIR/audit/YYYY-MM-DD.jsonl (mode 0600).
 * Lines are handed to the operating system as they come; a power cut may cost the last few,
 * which is why nothing is ever decided from this file.
 */
export class Audit {
  readonly #folder: string
  readonly #failed: (error: Error) => void
  #day = ''
  #stream: WriteStream | undefined

  constructor(folder: string, failed: (error: Error) => void) {
    this.#folder = folder
    this.#failed = failed
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  write(record: AuditRecord): void {
    const day = record.eventTime.slice(0, 10)
    if (day !== this.#day) this.#open(day)
    this.#stream?.write(`${JSON.stringify(record)}\n`)
  }

  async close(): Promise<void> {
    const stream = this.#stream
    this.#stream = undefined
    if (stream === undefined) return
    await new Promise<void>((resolve) => stream.end(resolve))
  }

  #open(day: string): void {
    this.#stream?.end()
    this.#day = day
    this.#stream = createWriteStream(join(this.#folder, `${day}.jsonl`), { flags: 'a', mode: 0o600 })
    this.#stream.on('error', this.#failed)
  }
}
