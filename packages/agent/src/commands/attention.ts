import type { Clock } from '../clock.ts'
import type { KillReason } from '../process/step-folder.ts'

/** Something that a step does, wherever it does it. */
export interface Running<Outcome> {
  readonly outcome: Promise<Outcome>
  /** Ends it. The outcome tells whether that came in time. */
  kill(reason: KillReason): void
  /** Stops watching; `outcome` stays open for ever. */
  leave(): void
}

/** Watches what a command does at the moment: cancels it, stops it when its time is up, or leaves it to the next agent. */
export class Attention {
  readonly #clock: Clock
  #running: Running<unknown> | undefined
  #disarm: () => void = () => undefined
  #isCancelled = false
  #isLeft = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isCancelled(): boolean {
    return this.#isCancelled
  }

  get isLeft(): boolean {
    return this.#isLeft
  }

  cancel(): void {
    this.#isCancelled = true
    this.#running?.kill('Cancelled')
  }

  leave(): void {
    this.#isLeft = true
    this.#disarm()
    this.#running?.leave()
  }

  /**
   * `since`: epoch milliseconds of its beginning, maybe under an earlier agent; `limitMs`: how long it may take. A clock
   * that was set back since then gives it that long anew, and no longer.
   */
  async watch<Outcome>(running: Running<Outcome>, since: number, limitMs: number): Promise<Outcome> {
    this.#running = running
    if (this.#isCancelled) running.kill('Cancelled')
    const left = Math.min(limitMs, Math.max(0, since + limitMs - this.#clock.now()))
    this.#disarm = this.#clock.after(left, () => running.kill('TimedOut'))
    try {
      return await running.outcome
    } finally {
      this.#disarm()
      this.#running = undefined
    }
  }
}
