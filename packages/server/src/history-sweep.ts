import type { Clock } from './domain/clock.ts'
import type { Logger } from './domain/telemetry.ts'

/** Something that grows with time. */
export interface History {
  /** What the log calls it. */
  readonly name: string
  /** Drops some of what is older, in one bounded step. Answers whether there may be more. */
  drop(before: Date): Promise<boolean>
}

export interface HistorySweepParts {
  readonly clock: Clock
  readonly log: Pick<Logger, 'error'>
  /** Days for which everything is kept. */
  readonly days: number
  /** In the order in which they are swept. */
  readonly histories: readonly History[]
}

const everyMs = 60 * 60_000
/** The disk and the writer belong to requests first: between two steps they have it to themselves. */
const pauseMs = 100
const dayMs = 24 * 60 * 60_000

/** Drops old history in the background, a little at a time: once after the start, then every hour. */
export class HistorySweep {
  readonly #parts: HistorySweepParts
  #callOff = () => {}
  #running: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: HistorySweepParts) {
    this.#parts = parts
  }

  start(): void {
    this.#later(pauseMs, [])
  }

  /** Waits for the step that runs. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#callOff()
    await this.#running
  }

  /** Goes on with those that are left, or begins anew with all of them. */
  #later(ms: number, left: readonly History[]): void {
    if (this.#isClosed) return
    const { clock, histories } = this.#parts
    this.#callOff = clock.after(ms, () => {
      this.#running = this.#step(left.length > 0 ? left : histories)
    })
  }

  async #step(histories: readonly History[]): Promise<void> {
    const [history, ...rest] = histories
    if (history === undefined) return
    const isMore = await this.#drop(history)
    const left = isMore ? histories : rest
    this.#later(left.length > 0 ? pauseMs : everyMs, left)
  }

  async #drop(history: History): Promise<boolean> {
    const { clock, days, log } = this.#parts
    try {
      return await history.drop(new Date(clock.now().getTime() - days * dayMs))
    } catch (error) {
      log.error({ err: error, history: history.name }, 'old history could not be dropped; it is tried again in an hour')
      return false
    }
  }
}
