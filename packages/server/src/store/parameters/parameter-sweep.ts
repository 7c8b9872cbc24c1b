import type { Clock } from '../../domain/clock.ts'
import { Sweep } from '../../domain/sweep.ts'
import type { Logger } from '../../domain/telemetry.ts'
import type { ParameterStore } from '../parameter-store.ts'

const everyMs = 60_000
const batch = 100

export interface ParameterSweepParts {
  readonly parameters: ParameterStore
  readonly clock: Clock
  readonly log: Pick<Logger, 'error'>
}

/** Applies the policies of parameters when their time has come: expired ones are deleted, and events tell. */
export class ParameterSweep {
  readonly #parts: ParameterSweepParts
  readonly #sweep: Sweep

  constructor(parts: ParameterSweepParts) {
    this.#parts = parts
    const round = async () => {
      while ((await this.#applyDue()) && !this.#sweep.isClosed);
    }
    this.#sweep = new Sweep({ ...parts, everyMs, what: 'parameters', round })
  }

  start(): void {
    this.#sweep.start()
  }

  /** Settles when nothing of it runs any more. */
  close(): Promise<void> {
    return this.#sweep.close()
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
