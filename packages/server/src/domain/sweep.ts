import type { Clock } from './clock.ts'
import type { Logger } from './telemetry.ts'

export interface SweepParts {
  readonly clock: Pick<Clock, 'after'>
  readonly log: Pick<Logger, 'error'>
  /** From the end of one round to the next. */
  readonly everyMs: number
  /** What the log calls it: `keys`. */
  readonly what: string
  /** One round. It looks at `isClosed` between its steps. */
  readonly round: () => Promise<void>
}

/** The same work round after round. A round that fails is told, and does not keep the next one from being tried. */
export class Sweep {
  readonly #parts: SweepParts
  #callOff = () => {}
  #running: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: SweepParts) {
    this.#parts = parts
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Begins with a round at once. */
  start(): void {
    this.#running = this.#round()
  }

  /** Settles when the round that runs has ended; what goes wrong in it is not told any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#callOff()
    await this.#running
  }

  async #round(): Promise<void> {
    const { clock, log, everyMs, what, round } = this.#parts
    try {
      await round()
    } catch (error) {
      if (!this.#isClosed) log.error({ err: error }, `the sweep of ${what} failed; it runs again`)
    }
    if (!this.#isClosed) this.#callOff = clock.after(everyMs, () => this.start())
  }
}
