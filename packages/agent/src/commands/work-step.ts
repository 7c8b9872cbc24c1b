import { stepTimeoutSeconds } from '@fairlead/wire/step-timeout'
import { reasonOf } from '../log.ts'
import type { Attention } from './attention.ts'
import type { PlannedStep } from './document.ts'
import type { KeptRecord } from './kept-record.ts'
import { resolveSteps } from './parameters/resolve-steps.ts'
import type { DocumentPlugin, WorkPlace, WorkPlugin } from './plugin.ts'
import type { StepResult } from './record.ts'
import { failed, withOnFailure } from './step-result.ts'
import type { StepWorld } from './step-start.ts'
import { orAborted, startWork, type WorkOutcome } from './work.ts'

const deepest = 3

/** The next step of a command, when the agent does it itself, or runs an inner document in its place. */
export class WorkStep {
  readonly #kept: KeptRecord
  readonly #attention: Attention
  readonly #world: StepWorld

  constructor(kept: KeptRecord, attention: Attention, world: StepWorld) {
    this.#kept = kept
    this.#attention = attention
    this.#world = world
  }

  /** `entered`: the next step is now the first one of an inner document. Undefined: the next agent begins anew. */
  async run(step: PlannedStep, plugin: WorkPlugin | DocumentPlugin): Promise<StepResult | 'entered' | undefined> {
    this.#kept.change({ since: this.#world.clock.now() })
    if (plugin.kind === 'work') {
      return this.#resultOf(step, await this.#do(step, (place) => plugin.perform(step.inputs, place, this.#world)))
    }
    // Documents that run each other in a circle end here too; the number and the text are those of Amazon's agent.
    const depth = this.#kept.depth + 1
    if (depth > deepest) {
      const reason = `Maximum depth for document execution exceeded. Maximum depth permitted - ${deepest} and current depth - ${depth}`
      return this.#resultOf(step, { kind: 'failed', reason })
    }
    const opened = await this.#do(step, (place) => orAborted(this.#open(step, plugin, place), place.signal))
    if (opened.kind !== 'done' || opened.done === undefined) return this.#resultOf(step, opened)
    this.#kept.enterSteps(opened.done)
    this.#kept.save()
    return 'entered'
  }

  async #open(
    step: PlannedStep,
    plugin: DocumentPlugin,
    place: WorkPlace,
  ): Promise<readonly PlannedStep[] | undefined> {
    const source = await plugin.open(step.inputs, place, this.#world)
    if (source === undefined) return undefined
    try {
      return await resolveSteps(source, this.#world.platformType, this.#world.calls, true)
    } catch (cause) {
      // Amazon's agent begins so too.
      throw new Error(`There was an error while preparing documents - ${reasonOf(cause)}`)
    }
  }

  #do<Done>(step: PlannedStep, act: (place: WorkPlace) => Promise<Done>): Promise<WorkOutcome<Done>> {
    const { downloads, folder } = this.#kept
    const work = startWork((signal) => act({ downloads, folder: folder.path, signal }))
    return this.#attention.watch(work, this.#kept.now.since, stepTimeoutSeconds(step.inputs['timeoutSeconds']) * 1000)
  }

  #resultOf(step: PlannedStep, outcome: WorkOutcome<unknown>): StepResult {
    const { startedAt, endedAt } = this.#kept.stepRun
    if (outcome.kind === 'killed') return { startedAt, endedAt, status: outcome.reason, code: 1 }
    if (outcome.kind === 'failed') return withOnFailure(step, failed({ startedAt, endedAt }, outcome.reason))
    const told = typeof outcome.done === 'string' ? { outputNote: outcome.done } : {}
    return { startedAt, endedAt, status: 'Success', code: 0, ...told }
  }
}
