import type { AgentIdentity } from '@fairlead/wire/control-message'
import { reasonOf } from '../log.ts'
import { Attention } from './attention.ts'
import type { PlannedStep } from './document.ts'
import { resultOfInner, resultOfRuns } from './inner/inner-result.ts'
import { KeptRecord } from './kept-record.ts'
import type { LiveCommand } from './live/job-watch.ts'
import type { LiveStep } from './live/live-steps.ts'
import { resolveSteps } from './parameters/resolve-steps.ts'
import { judgeStep } from './plugins.ts'
import { type CommandRecord, type StepResult, statusOf } from './record.ts'
import { makeReply, type Reply, type ReplyParts } from './reply.ts'
import { ScriptStep, type ScriptStepWorld } from './script-step.ts'
import { failed, isSkipped, withOnFailure } from './step-result.ts'
import { orAborted, startWork } from './work.ts'
import { WorkStep } from './work-step.ts'

/** What every command needs of its surroundings. */
export interface CommandWorld extends ScriptStepWorld {
  readonly nodeId: string
  readonly agent: AgentIdentity
  /** Keeps a reply until the server has it. */
  report(reply: Reply): void
  /** Sends a reply once, if there is a channel. */
  announce(reply: Reply): void
  restartNode(): void
  /** A step has ended, and is not reported yet. */
  stepEnded(commandId: string): void
}

/** Ten calls, each tried four times, take less. */
const longestLookUpMs = 15 * 60_000

/** One command on its way from its record to its last reply. */
export class CommandRun implements LiveCommand {
  readonly #world: CommandWorld
  readonly #kept: KeptRecord
  readonly #attention: Attention
  /** True while nothing of the step that the record calls `started` can have run. */
  #isFresh: boolean
  readonly #isResumed: boolean
  /** True while nothing goes on that would notice a cancel: before its turn, and before a restart of the node. */
  #isIdle = true

  /** `isNew`: the record was made by this agent just now. */
  constructor(record: CommandRecord, world: CommandWorld, isNew: boolean) {
    this.#world = world
    this.#kept = new KeptRecord(record, world)
    this.#attention = new Attention(world.clock)
    this.#isFresh = isNew
    this.#isResumed = !isNew
  }

  get commandId(): string {
    return this.#kept.now.commandId
  }

  get isFinished(): boolean {
    return this.#kept.now.phase === 'finished'
  }

  liveStep(place: number): LiveStep | undefined {
    return this.#kept.liveStep(place)
  }

  /** Runs what is left of the command. Resolves when its last reply is kept, or it waits for the node to restart. */
  async run(): Promise<void> {
    if (this.isFinished || this.#attention.isLeft) return
    this.#isIdle = false
    // Of a new command the acknowledgement has just said so: another report would cost agent and server a tenth of it all.
    if (this.#isResumed && this.#kept.now.results.length === 0) {
      this.#world.announce(this.#reply({ status: 'InProgress', label: 'begin' }))
    }
    try {
      const trace = await this.#lookUpReferences()
      if (trace !== undefined) return this.#finish(trace)
      for (;;) {
        const step = this.#kept.nextStep
        if (step === undefined && !this.#kept.isInner) break
        const result = step === undefined ? this.#leaveSteps() : await this.#step(step)
        if (result === undefined) return
        if (result !== 'entered') this.#keep(result)
      }
      this.#finish()
    } catch (error) {
      const reason = reasonOf(error)
      this.#world.log.error('A command could not be carried on', { commandId: this.commandId, reason })
      this.#finish(`The agent could not carry on with the command: ${reason}`)
    }
  }

  cancel(): void {
    if (this.#attention.isCancelled || this.isFinished) return
    this.#attention.cancel()
    if (this.#isIdle) this.#finish()
  }

  /** The agent stops; what runs runs on. */
  leave(): void {
    this.#attention.leave()
  }

  /** Makes the last reply of a command that an earlier agent finished. */
  reportAgain(): void {
    this.#reportEnd()
  }

  /** Why the command fails as a whole, when something that it refers to cannot be had. */
  async #lookUpReferences(): Promise<string | undefined> {
    const { source } = this.#kept.now
    if (source === undefined || this.#attention.isCancelled) return undefined
    const { platformType, calls, clock, log } = this.#world
    const work = startWork((signal) => orAborted(resolveSteps(source, platformType, calls, false), signal))
    const outcome = await this.#attention.watch(work, clock.now(), longestLookUpMs)
    if (outcome.kind === 'done') {
      const { source: _, ...rest } = this.#kept.now
      this.#kept.replace({ ...rest, steps: outcome.done })
      this.#kept.save()
    } else if (outcome.kind === 'failed') {
      log.warn('A command refers to what cannot be had', { commandId: this.commandId })
      return outcome.reason
    } else if (outcome.reason === 'TimedOut') {
      return 'Parameter Store could not be asked in time for what the command refers to.'
    }
    return undefined
  }

  /** `entered`: the next step is now the first one within this one. Undefined: somebody else goes on later. */
  async #step(step: PlannedStep): Promise<StepResult | 'entered' | undefined> {
    const startedAt = this.#world.clock.now()
    const now = { startedAt, endedAt: startedAt }
    const { steps, results } = this.#kept.now
    if (!this.#kept.isOneOfRuns && isSkipped(steps, results)) {
      const reason = `Plugin with name ${step.plugin} and id ${step.name} skipped due to prior step with an exit condition`
      return { ...now, status: 'Skipped', code: 0, outputNote: reason }
    }
    if (this.#attention.isCancelled) return { ...now, status: 'Cancelled', code: 1 }

    const verdict = judgeStep(step)
    if (verdict.kind === 'skip') return { ...now, status: 'Skipped', code: 0, outputNote: verdict.reason }
    if (verdict.kind === 'fail') return withOnFailure(step, failed(now, verdict.reason))

    if (step.runs !== undefined) {
      this.#kept.change({ since: startedAt })
      this.#kept.enterSteps(step.runs)
      this.#kept.save()
      return 'entered'
    }
    const isFresh = this.#isFresh
    this.#isFresh = false
    if (verdict.plugin.kind !== 'script') {
      return new WorkStep(this.#kept, this.#attention, this.#world).run(step, verdict.plugin)
    }
    const result = await new ScriptStep(this.#kept, this.#attention, this.#world).run(step, verdict.plugin, isFresh)
    if (result !== 'restart') return result
    this.#isIdle = true
    this.#world.log.warn('A command asked for a restart of the node', { commandId: this.commandId })
    this.#world.restartNode()
    return undefined
  }

  /** What inner steps that have ended make of the step that ran them. */
  #leaveSteps(): StepResult {
    const results = this.#kept.leaveSteps()
    const step = this.#kept.nextStep
    if (step?.runs !== undefined) return resultOfRuns(results, this.#kept.stepRun)
    const result = resultOfInner(results, this.#kept.stepRun)
    return step === undefined ? result : withOnFailure(step, result)
  }

  #keep(result: StepResult): void {
    const { steps, results } = this.#kept.now
    const step = this.#kept.nextStep
    const index = results.length
    if (steps.length > 1 && step !== undefined && !this.#kept.isInner) {
      this.#world.stepEnded(this.commandId)
      const described = { name: step.name, plugin: step.plugin, result }
      this.#world.report(this.#reply({ status: 'InProgress', label: `step/${index}`, step: described }))
    }
    this.#kept.addResult(result)
    if (index + 1 < steps.length || this.#kept.isInner) this.#kept.save()
  }

  /** Ends the command. Steps without a result have been cancelled, or failed for the reason given. */
  #finish(trace?: string): void {
    const now = this.#world.clock.now()
    const times = { startedAt: now, endedAt: now }
    while (this.#kept.nextStep !== undefined || this.#kept.isInner) {
      if (this.#kept.nextStep === undefined) this.#endInner()
      else this.#kept.addResult(trace === undefined ? { ...times, status: 'Cancelled', code: 1 } : failed(times, trace))
    }
    this.#kept.change({ phase: 'finished' })
    // What the files of the steps tell need not be written down again; once the last reply is kept nothing else is needed.
    if (this.#attention.isCancelled || trace !== undefined) this.#saveEnd()
    this.#reportEnd(trace)
  }

  /** Output that the disk does not take leaves the step around these without a result: it gets one next. */
  #endInner(): void {
    try {
      this.#kept.addResult(this.#leaveSteps())
    } catch (error) {
      const reason = reasonOf(error)
      this.#world.log.error('The output of inner steps could not be kept', { commandId: this.commandId, reason })
    }
  }

  #saveEnd(): void {
    try {
      this.#kept.save()
    } catch (error) {
      const reason = reasonOf(error)
      this.#world.log.error('The end of a command could not be kept on disk', { commandId: this.commandId, reason })
    }
  }

  #reportEnd(trace = ''): void {
    this.#world.stepEnded(this.commandId)
    const { steps, results } = this.#kept.now
    const [step] = steps
    const [result] = results
    // A document of several steps has told of each by now.
    const only = steps.length === 1 && step !== undefined && result !== undefined ? { ...step, result } : undefined
    const status = statusOf(results)
    this.#world.report(this.#reply({ status, label: 'end', trace, ...(only === undefined ? {} : { step: only }) }))
    this.#world.log.info('Command ended', { commandId: this.commandId, status })
  }

  #reply(parts: ReplyParts): Reply {
    const job = { commandId: this.commandId, nodeId: this.#world.nodeId }
    return makeReply(job, this.#world.agent, new Date(this.#world.clock.now()), parts)
  }
}
