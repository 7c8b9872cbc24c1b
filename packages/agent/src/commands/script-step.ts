import { stepTimeoutSeconds } from '@fairlead/wire/step-timeout'
import type { Log } from '../log.ts'
import { isSameBoot } from '../process/boot-mark.ts'
import type { ScriptOutcome } from '../process/script.ts'
import type { Attention } from './attention.ts'
import type { PlannedStep } from './document.ts'
import type { KeptRecord, RecordWorld } from './kept-record.ts'
import type { ScriptPlugin } from './plugin.ts'
import type { StepResult } from './record.ts'
import { exitCodes, failed, resultOf, withOnFailure } from './step-result.ts'
import { openStep, prepareStep, type ReadyStep, type StepWorld } from './step-start.ts'

export interface ScriptStepWorld extends RecordWorld, StepWorld {
  readonly log: Log
}

const mostReboots = 15

/** The next step of a command, when it is a script: started once, by this agent or an earlier one, and seen to its end. */
export class ScriptStep {
  readonly #kept: KeptRecord
  readonly #attention: Attention
  readonly #world: ScriptStepWorld

  constructor(kept: KeptRecord, attention: Attention, world: ScriptStepWorld) {
    this.#kept = kept
    this.#attention = attention
    this.#world = world
  }

  /**
   * `isFresh`: nothing of a step that the record calls `started` can have run. `restart` when the node has to be restarted
   * before the step goes on; undefined when the agent stops.
   */
  async run(step: PlannedStep, plugin: ScriptPlugin, isFresh: boolean): Promise<StepResult | 'restart' | undefined> {
    const earlier = isFresh ? undefined : await this.#outcomeOfEarlier(step)
    if (earlier !== undefined) return this.#resultOf(step, earlier)

    const startedAt = this.#world.clock.now()
    const { commandId } = this.#kept.now
    const ready = prepareStep(step, plugin, commandId, this.#kept.downloads, this.#world)
    if (ready.kind === 'refused') {
      return withOnFailure(step, failed({ startedAt, endedAt: startedAt }, ready.reason))
    }
    const outcome = await this.#start(step, ready)
    return outcome && this.#resultOf(step, outcome)
  }

  /** What became of a start that an earlier agent wrote down; undefined when nobody ran the step and nobody can. */
  async #outcomeOfEarlier(step: PlannedStep): Promise<ScriptOutcome | undefined> {
    const { attempt, boot, phase } = this.#kept.now
    if (phase !== 'started') return undefined
    const opened = openStep(this.#kept.folder, this.#world)
    if (!isSameBoot(boot, this.#world.boot)) {
      // Files may have been lost with the power, so that there are none does not prove that it did not run.
      const code = opened.folder.exitCode()
      return code === undefined ? { kind: 'vanished' } : { kind: 'exited', code }
    }
    const outcome = await this.#watch(step, opened.find())
    if (outcome.kind !== 'not-run') return outcome
    // The folder is spoilt: the next start has one of its own.
    this.#kept.change({ phase: 'queued', attempt: attempt + 1 })
    return undefined
  }

  async #start(step: PlannedStep, ready: ReadyStep): Promise<ScriptOutcome | undefined> {
    const { attempt, phase } = this.#kept.now
    if (phase === 'rebooting') await this.#kept.enter({ phase: 'started', attempt: attempt + 1 })
    else if (phase !== 'started') await this.#kept.enter({ phase: 'started' })
    if (this.#attention.isLeft) return undefined // The next agent starts it.
    if (this.#attention.isCancelled) return { kind: 'killed', reason: 'Cancelled' }
    return this.#watch(step, openStep(this.#kept.folder, this.#world).start(ready))
  }

  async #resultOf(step: PlannedStep, outcome: ScriptOutcome): Promise<StepResult | 'restart'> {
    const { stepRun } = this.#kept
    if (outcome.kind !== 'exited' || outcome.code !== exitCodes.reboot) return resultOf(step, outcome, stepRun)
    const { reboots } = this.#kept.now
    if (reboots >= mostReboots) {
      return failed(stepRun, `The step asked for more than ${mostReboots} restarts of the node.`)
    }
    await this.#kept.enter({ phase: 'rebooting', reboots: reboots + 1 })
    if (this.#attention.isCancelled) return { ...this.#kept.stepRun, status: 'Cancelled', code: exitCodes.reboot }
    return 'restart'
  }

  #watch(step: PlannedStep, script: Parameters<Attention['watch']>[0] & { readonly outcome: Promise<ScriptOutcome> }) {
    return this.#attention.watch(script, this.#kept.now.since, stepTimeoutSeconds(step.inputs['timeoutSeconds']) * 1000)
  }
}
