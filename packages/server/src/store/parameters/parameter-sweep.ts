import type { Clock } from '../../domain/clock.ts'
import type { Logger } from '../../domain/telemetry.ts'
import type { ParameterStore } from '../parameter-store.ts'

const sweepMs = 60_000
const batch = 100

export interface ParameterSweepParts {
  readonly parameters: ParameterStore
  readonly clock: Clock
  readonly log: Pick<Logger, 'error'>
}

/** Applies the policies of parameters when their time has come: expired ones are deleted, and events tell. */
export class ParameterSweep {
  readonly #parts: ParameterSweepParts
  #callOff = () => {}
  #running: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: ParameterSweepParts) {
    this.#parts = parts
  }

  start(): void {
    this.#running = this.#sweep()
  }

  /** Waits for the sweep that runs. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#callOff()
    await this.#running
  }

  async #sweep(): Promise<void> {
    try {
      while ((await this.#applyDue()) && !this.#isClosed);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'the sweep of parameters failed; it runs again')
    }
    if (this.#isClosed) return
    this.#callOff = this.#parts.clock.after(sweepMs, () => {
      this.#running = this.#sweep()
    })
  }

  /** One bounded step. Answers whether there may be more. */
  async #applyDue(): Promise<boolean> {
    const { parameters, clock } = this.#parts
    const at = clock.now()
    const due = await parameters.dueParameters(at, batch)
    for (const parameter of due) {
      const all = parameter.policies.filter(({ isDone, dueAt }) => !isDone && dueAt <= at)
      const policies = parameter.policies.map((policy) => (all.includes(policy) ? { ...policy, isDone: true } : policy))
      await parameters.savePolicies(parameter, policies, { all, at })
    }
    return due.length === batch
  }
}
