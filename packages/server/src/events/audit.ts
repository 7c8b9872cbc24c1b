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
 * which is why nothing is ever decided from this file. While the disk is full lines are lost; it goes
 * on with the first line for which there is room again.
 */
export class Audit {
  readonly #folder: string
  readonly #failed: (error: Error) => void
  #day = ''
  #stream: WriteStream | undefined
  /** Since a line could not be written, until one can be again. */
  #isFailing = false
  #isClosed = false

  constructor(folder: string, failed: (error: Error) => void) {
    this.#folder = folder
    this.#failed = failed
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  }

  write(record: AuditRecord): void {
    if (this.#isClosed) return
    const day = record.eventTime.slice(0, 10)
    const stream = this.#stream !== undefined && day === this.#day ? this.#stream : this.#open(day)
    const line = `${JSON.stringify(record)}\n`
    if (!this.#isFailing) stream.write(line)
    // What a full disk cut short must not spoil the first line after it.
    else stream.write(`\n${line}`, (error) => this.#wrote(error ?? undefined))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const stream = this.#stream
    this.#stream = undefined
    if (stream === undefined) return
    await new Promise<void>((resolve) => stream.end(resolve))
  }

  #open(day: string): WriteStream {
    this.#stream?.end()
    this.#day = day
    const stream = createWriteStream(join(this.#folder, `${day}.jsonl`), { flags: 'a', mode: 0o600 })
    stream.on('error', (error) => this.#broke(stream, error))
    this.#stream = stream
    return stream
  }

  /** A stream that failed once takes nothing more, so the next line gets a new one. The failure is told once. */
  #broke(stream: WriteStream, error: Error): void {
    if (this.#stream === stream) this.#stream = undefined
    if (!this.#isFailing) this.#failed(error)
    this.#isFailing = true
  }

  #wrote(error: Error | undefined): void {
    if (error === undefined) this.#isFailing = false
  }
}
