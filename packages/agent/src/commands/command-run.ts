import type { AgentIdentity } from '@fairlead/wire/control-message'
import type { Clock } from '../clock.ts'
import { type Log, reasonOf } from '../log.ts'
import { isSameBoot } from '../process/boot-mark.ts'
import type { Script, ScriptOutcome } from '../process/script.ts'
import type { StepFolder } from '../process/step-folder.ts'
import type { CommandStore } from './command-store.ts'
import type { PlannedStep } from './document.ts'
import { judgeStep } from './plugins.ts'
import { type CommandRecord, type StepResult, statusOf } from './record.ts'
import { makeReply, type Reply, type ReplyParts } from './reply.ts'
import { timeoutSeconds } from './step-inputs.ts'
import { exitCodes, failed, isSkipped, resultOf, withOnFailure } from './step-result.ts'
import { openStep, prepareStep, type ReadyStep, type StepWorld } from './step-start.ts'

/** What every command needs of its surroundings. */
export interface CommandWorld extends StepWorld {
  readonly nodeId: string
  readonly agent: AgentIdentity
  readonly store: CommandStore
  readonly clock: Clock
  readonly log: Log
  /** This boot of the node. */
  readonly boot: string
  /** Keeps a reply until the server has it. */
  report(reply: Reply): void
  /** Sends a reply once, if there is a channel. */
  announce(reply: Reply): void
  restartNode(): void
}

const mostReboots = 15

/** One command on its way from its record to its last reply. */
export class CommandRun {
  readonly #world: CommandWorld
  #record: CommandRecord
  #script: Script | undefined
  #disarm: () => void = () => undefined
  /** True while nothing of the step that the record calls `started` can have run. */
  #isFresh: boolean
  #isCancelled = false
  #isLeft = false
  /** True while nothing goes on that would notice a cancel: before its turn, and before a restart of the node. */
  #isIdle = true

  /** `isNew`: the record was made by this agent just now. */
  constructor(record: CommandRecord, world: CommandWorld, isNew: boolean) {
    this.#record = record
    this.#world = world
    this.#isFresh = isNew
  }

  get commandId(): string {
    return this.#record.commandId
  }

  get isFinished(): boolean {
    return this.#record.phase === 'finished'
  }

  /** Runs what is left of the command. Resolves when its last reply is kept, or it waits for the node to restart. */
  async run(): Promise<void> {
    if (this.#record.phase === 'finished' || this.#isLeft) return
    this.#isIdle = false
    if (this.#record.results.length === 0) this.#world.announce(this.#reply({ status: 'InProgress', label: 'begin' }))
    try {
      for (let step = this.#nextStep(); step !== undefined; step = this.#nextStep()) {
        const result = await this.#step(step)
        if (result === undefined) return
        this.#keep(step, result)
      }
      this.#finish()
    } catch (error) {
      const reason = reasonOf(error)
      this.#world.log.error('A command could not be carried on', { commandId: this.commandId, reason })
      this.#finish(`The agent could not carry on with the command: ${reason}`)
    }
  }

  cancel(): void {
    if (this.#isCancelled || this.#record.phase === 'finished') return
    this.#isCancelled = true
    this.#script?.kill('Cancelled')
    if (this.#isIdle) this.#finish()
  }

  /** The agent stops; what runs runs on. */
  leave(): void {
    this.#isLeft = true
    this.#disarm()
    this.#script?.leave()
  }

  /** Makes the last reply of a command that an earlier agent finished. */
  reportAgain(): void {
    this.#reportEnd()
  }

  #nextStep(): PlannedStep | undefined {
    return this.#record.steps[this.#record.results.length]
  }

  async #step(step: PlannedStep): Promise<StepResult | undefined> {
    const startedAt = this.#world.clock.now()
    const now = { startedAt, endedAt: startedAt }
    if (isSkipped(this.#record.steps, this.#record.results)) {
      const reason = `Plugin with name ${step.plugin} and id ${step.name} skipped due to prior step with an exit condition`
      return { ...now, status: 'Skipped', code: 0, outputNote: reason }
    }
    if (this.#isCancelled) return { ...now, status: 'Cancelled', code: 1 }

    const verdict = judgeStep(step)
    if (verdict.kind === 'skip') return { ...now, status: 'Skipped', code: 0, outputNote: verdict.reason }
    if (verdict.kind === 'fail') return withOnFailure(step, failed(now, verdict.reason))

    const earlier = await this.#outcomeOfEarlier(step)
    if (earlier !== undefined) return this.#resultOf(step, earlier)
    const ready = prepareStep(step, verdict.plugin, this.commandId, this.#world)
    if (ready.kind === 'refused') return withOnFailure(step, failed(now, ready.reason))
    return this.#resultOf(step, await this.#start(step, ready))
  }

  /** What became of a start that an earlier agent wrote down; undefined when nobody ran the step and nobody can. */
  async #outcomeOfEarlier(step: PlannedStep): Promise<ScriptOutcome | undefined> {
    const { attempt, boot, phase } = this.#record
    if (phase !== 'started' || this.#isFresh) return undefined
    const opened = openStep(this.#folder(), this.#world)
    if (!isSameBoot(boot, this.#world.boot)) {
      // Files may have been lost with the power, so that there are none does not prove that it did not run.
      const code = opened.folder.exitCode()
      return code === undefined ? { kind: 'vanished' } : { kind: 'exited', code }
    }
    const outcome = await this.#watch(step, opened.find())
    if (outcome.kind !== 'not-run') return outcome
    // The folder is spoilt: the next start has one of its own.
    this.#change({ phase: 'queued', attempt: attempt + 1 })
    return undefined
  }

  async #start(step: PlannedStep, ready: ReadyStep): Promise<ScriptOutcome> {
    const { attempt, phase } = this.#record
    if (phase === 'rebooting') await this.#enter({ phase: 'started', attempt: attempt + 1 })
    else if (phase !== 'started') await this.#enter({ phase: 'started' })
    if (this.#isLeft) return new Promise(() => undefined) // The next agent starts it.
    this.#isFresh = false
    if (this.#isCancelled) return { kind: 'killed', reason: 'Cancelled' }
    return this.#watch(step, openStep(this.#folder(), this.#world).start(ready))
  }

  async #resultOf(step: PlannedStep, outcome: ScriptOutcome): Promise<StepResult | undefined> {
    if (outcome.kind !== 'exited' || outcome.code !== exitCodes.reboot) return resultOf(step, outcome, this.#stepRun())
    if (this.#record.reboots >= mostReboots) {
      return failed(this.#stepRun(), `The step asked for more than ${mostReboots} restarts of the node.`)
    }
    await this.#enter({ phase: 'rebooting', reboots: this.#record.reboots + 1 })
    this.#isIdle = true
    if (this.#isCancelled) return { ...this.#stepRun(), status: 'Cancelled', code: exitCodes.reboot }
    this.#world.log.warn('A command asked for a restart of the node', { commandId: this.commandId })
    this.#world.restartNode()
    return undefined
  }

  async #watch(step: PlannedStep, script: Script): Promise<ScriptOutcome> {
    const { clock } = this.#world
    this.#script = script
    if (this.#isCancelled) script.kill('Cancelled')
    const deadline = this.#record.since + timeoutSeconds(step.inputs) * 1000
    this.#disarm = clock.after(Math.max(0, deadline - clock.now()), () => script.kill('TimedOut'))
    try {
      return await script.outcome
    } finally {
      this.#disarm()
      this.#script = undefined
    }
  }

  #keep(step: PlannedStep, result: StepResult): void {
    const index = this.#record.results.length
    if (this.#record.steps.length > 1) {
      const described = { name: step.name, plugin: step.plugin, result }
      this.#world.report(this.#reply({ status: 'InProgress', label: `step/${index}`, step: described }))
    }
    this.#change({ results: [...this.#record.results, result], phase: 'queued', attempt: 1, reboots: 0 })
    if (index + 1 < this.#record.steps.length) this.#world.store.save(this.#record)
  }

  /** Ends the command. Steps without a result have been cancelled, or failed for the reason given. */
  #finish(trace?: string): void {
    const now = this.#world.clock.now()
    const times = { startedAt: now, endedAt: now }
    for (let step = this.#nextStep(); step !== undefined; step = this.#nextStep()) {
      this.#keepEnd(trace === undefined ? { ...times, status: 'Cancelled', code: 1 } : failed(times, trace))
    }
    this.#change({ phase: 'finished' })
    // What the files of the steps tell need not be written down again; once the last reply is kept nothing else is needed.
    if (this.#isCancelled || trace !== undefined) this.#saveEnd()
    this.#reportEnd(trace)
  }

  #saveEnd(): void {
    try {
      this.#world.store.save(this.#record)
    } catch (error) {
      const reason = reasonOf(error)
      this.#world.log.error('The end of a command could not be kept on disk', { commandId: this.commandId, reason })
    }
  }

  #keepEnd(result: StepResult): void {
    this.#change({ results: [...this.#record.results, result] })
  }

  #reportEnd(trace = ''): void {
    const { steps, results } = this.#record
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

  #stepRun() {
    return { startedAt: this.#record.since, endedAt: this.#world.clock.now(), folder: this.#folder().path }
  }

  #folder(): StepFolder {
    const { results, attempt, commandId } = this.#record
    const name = this.#nextStep()?.name.replace(/[^A-Za-z0-9_-]/g, '') ?? ''
    const again = attempt > 1 ? `.${attempt}` : ''
    return this.#world.store.stepFolder(commandId, `${results.length}-${name.slice(0, 64)}${again}`)
  }

  /** Enters a phase, on disk first. */
  async #enter(change: Partial<CommandRecord>): Promise<void> {
    const { clock, boot, store } = this.#world
    this.#change({ ...change, boot, since: clock.now() })
    await store.saveDurably(this.#record)
  }

  #change(change: Partial<CommandRecord>): void {
    this.#record = { ...this.#record, ...change }
  }
}
