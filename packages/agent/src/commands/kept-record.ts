import { basename, join } from 'node:path'
import type { Clock } from '../clock.ts'
import type { StepFolder } from '../process/step-folder.ts'
import type { CommandStore } from './command-store.ts'
import type { PlannedStep } from './document.ts'
import { type LiveStep, liveStep } from './live/live-steps.ts'
import { type CommandRecord, hasRuns, placeOf, type StepResult } from './record.ts'
import { stepFolderName } from './step-folder-name.ts'

export interface RecordWorld {
  readonly store: CommandStore
  readonly clock: Clock
  /** This boot of the node. */
  readonly boot: string
}

/** The record of one command as it moves on, here and on disk. */
export class KeptRecord {
  readonly #world: RecordWorld
  #record: CommandRecord
  #made: StepFolder | undefined

  constructor(record: CommandRecord, world: RecordWorld) {
    this.#record = record
    this.#world = world
  }

  get now(): CommandRecord {
    return this.#record
  }

  get nextStep(): PlannedStep | undefined {
    return this.#record.steps[this.#record.results.length]
  }

  /** True while the next step is one of an inner document or of a plugin's `runs`. */
  get isInner(): boolean {
    return (this.#record.outer ?? []).length > 0
  }

  /** True while the next step is one of a plugin's `runs`. */
  get isOneOfRuns(): boolean {
    const around = this.#record.outer?.at(-1)
    return around !== undefined && hasRuns(around)
  }

  /** How many documents are around the one that runs. */
  get depth(): number {
    return this.#documents.length
  }

  /** Where and when the current start of the next step takes place. */
  get stepRun(): Required<Pick<StepResult, 'startedAt' | 'endedAt' | 'folder'>> {
    return { startedAt: this.#record.since, endedAt: this.#world.clock.now(), folder: this.folder.path }
  }

  /** The folder of the current start of the next step, made if need be. */
  get folder(): StepFolder {
    const { attempt, commandId } = this.#record
    const name = stepFolderName(placeOf(this.#record), this.nextStep, attempt)
    if (this.#made === undefined || basename(this.#made.path) !== name) {
      this.#made = this.#world.store.stepFolder(commandId, name)
    }
    return this.#made
  }

  /** Where the steps of this document download to, and start their scripts once it is there. */
  get downloads(): string {
    const places = this.#documents.map(({ results }) => `${results.length}.`)
    return join(this.#world.store.commandFolder(this.#record.commandId), `${places.join('')}downloads`)
  }

  /** A step that has begun, for those who watch. */
  liveStep(place: number): LiveStep | undefined {
    return liveStep(this.#record, this.#world.store.commandFolder(this.#record.commandId), place)
  }

  change(change: Partial<CommandRecord>): void {
    this.#record = { ...this.#record, ...change }
  }

  replace(record: CommandRecord): void {
    this.#record = record
  }

  /** Writes the record down, so that it survives the death of the agent. */
  save(): void {
    this.#world.store.save(this.#record)
  }

  /** Enters a phase, on disk first. */
  async enter(change: Partial<CommandRecord>): Promise<void> {
    const { clock, boot, store } = this.#world
    this.change({ ...change, boot, since: clock.now() })
    await store.saveDurably(this.#record)
  }

  /** The next step has ended. */
  addResult(result: StepResult): void {
    this.change({ results: [...this.#record.results, result], phase: 'queued', attempt: 1, reboots: 0 })
  }

  /** The next step runs these steps in its place; what follows is about them. */
  enterSteps(steps: readonly PlannedStep[]): void {
    const { outer = [], results, steps: around, since } = this.#record
    const fresh = { phase: 'queued', attempt: 1, reboots: 0 } as const
    this.change({ ...fresh, outer: [...outer, { steps: around, results, since }], steps, results: [] })
  }

  /** The inner steps have ended: answers their results, and what follows is about the document around them. */
  leaveSteps(): readonly StepResult[] {
    const { outer = [], results } = this.#record
    const around = outer.at(-1)
    if (around === undefined) return results
    this.change({ ...around, outer: outer.slice(0, -1) })
    return results
  }

  get #documents() {
    return (this.#record.outer ?? []).filter((around) => !hasRuns(around))
  }
}
