import { decodeSize, MessageError, type PayloadType, payloadTypes } from '@fairlead/wire/session-message'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import { CastLines } from './cast-lines.ts'
import type { LogFile } from './log-file.ts'
import { LogWriter } from './log-writer.ts'

export interface SessionLogWorld {
  readonly clock: Clock
  readonly log: Log
  /** Milliseconds of a clock that never goes back. */
  ticks(): number
}

export interface SessionLogParts {
  readonly file: LogFile
  /** For whoever watches. */
  readonly title: string
  readonly world: SessionLogWorld
  /** Bytes of the file. */
  readonly mostBytes: number
  hasRoom(): boolean
}

/** Writes down what is seen of a session, beside it: nothing waits for it, and it never throws. */
export class SessionLog {
  readonly #lines: CastLines
  readonly #writer: LogWriter
  readonly #atMs: () => number

  constructor({ file, title, world, mostBytes, hasRoom }: SessionLogParts) {
    const { clock, log } = world
    const startedAt = world.ticks()
    this.#atMs = () => world.ticks() - startedAt
    this.#lines = new CastLines({ title, startedAt: clock.now() })
    const note = (words: string) => this.#lines.note(words, this.#atMs())
    this.#writer = new LogWriter({ file, clock, log, mostBytes, hasRoom, note })
  }

  /** What goes to the client, before it is encrypted. */
  sent(payloadType: PayloadType, payload: Uint8Array): void {
    if (!this.#writer.isOpen) return
    switch (payloadType) {
      case payloadTypes.output:
      case payloadTypes.error:
        this.#writer.add(this.#lines.output('output', payload, this.#atMs()), payload.length)
        break
      case payloadTypes.standardError:
        this.#writer.add(this.#lines.output('error', payload, this.#atMs()), payload.length)
        break
      case payloadTypes.exitCode:
        this.#writer.add(this.#lines.note(Buffer.from(payload.subarray(0, 256)).toString(), this.#atMs()), 0)
        break
      default:
        // What ends tell each other is not seen.
        break
    }
  }

  /** What came from the client, after it was decrypted: only the size of its terminal is of use here. */
  received(payloadType: PayloadType, payload: Uint8Array): void {
    if (payloadType !== payloadTypes.size) return
    try {
      this.#lines.resized(decodeSize(payload))
    } catch (error) {
      // What is no size changes no terminal either.
      if (!(error instanceof MessageError)) throw error
    }
  }

  /** Settles when what can be written is. */
  close(): Promise<void> {
    return this.#writer.close()
  }
}
