import {
  type AgentJob,
  decodeAgentJob,
  decodeCancelContent,
  decodeCommandContent,
  decodeJobId,
  type JobKey,
  MessageError,
  type RefusalCode,
} from '@fairlead/wire/control-message'
import { isObject } from '../disk/read-text.ts'
import { reasonOf } from '../log.ts'
import { isSameBoot } from '../process/boot-mark.ts'
import type { CommandPool } from './command-pool.ts'
import { CommandRun, type CommandWorld } from './command-run.ts'
import { planSteps } from './document.ts'
import { InvalidDocument } from './invalid-document.ts'
import type { LiveCommand } from './live/job-watch.ts'
import { hasReferences } from './parameters/resolve-steps.ts'
import type { CommandRecord } from './record.ts'
import { makeReply } from './reply.ts'

/** `200` or a code of refusal, and the job that it is about. */
export interface JobAnswer {
  readonly job: JobKey
  readonly statusCode: '200' | RefusalCode
}

const mostEnded = 64

/** Takes on jobs: a command is on disk before it is answered for, and taken on once. */
export class JobIntake {
  readonly #world: CommandWorld
  readonly #pool: CommandPool
  readonly #runs = new Map<string, CommandRun>()
  /** Some that have ended: who watches may still want what they wrote. */
  readonly #ended = new Map<string, CommandRun>()
  readonly #arriving = new Map<string, Promise<JobAnswer['statusCode']>>()
  #isClosed = false

  constructor(world: CommandWorld, pool: CommandPool) {
    this.#world = world
    this.#pool = pool
  }

  /** Carries on with what an earlier agent took on. `isReported` tells whether a command's last reply is kept already. */
  resume(isReported: (commandId: string) => boolean): void {
    for (const record of this.#world.store.active()) {
      const run = new CommandRun(record, this.#world, false)
      if (record.phase === 'finished') this.#keepEnded(run)
      if (isReported(record.commandId)) continue
      this.#world.log.info('Carrying on with a command', { commandId: record.commandId, phase: record.phase })
      if (record.phase === 'finished') run.reportAgain()
      else if (record.phase === 'rebooting' && isSameBoot(record.boot, this.#world.boot)) {
        this.#runs.set(record.commandId, run)
        this.#world.restartNode()
      } else this.#begin(run, this.#pool.reserveAnyway())
    }
  }

  /** A command that runs, or has ended not long ago. */
  commandOf(commandId: string): LiveCommand | undefined {
    return this.#runs.get(commandId) ?? this.#ended.get(commandId)
  }

  /** Undefined when the payload does not even name a job: there is nothing to answer to. */
  async take(payload: Uint8Array): Promise<JobAnswer | undefined> {
    let job: AgentJob
    try {
      job = decodeAgentJob(payload)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      const key = readJobKey(payload)
      this.#world.log.warn('A job could not be read', { reason: error.message })
      return key && this.#refuse(key, '51408')
    }
    if (job.nodeId !== this.#world.nodeId) {
      this.#world.log.warn('A job for another node came here', { commandId: job.commandId, nodeId: job.nodeId })
      return undefined
    }
    if (this.#isClosed) return { job, statusCode: '51401' }
    return { job, statusCode: job.kind === 'cancelCommand' ? await this.#cancel(job) : await this.#takeOnce(job) }
  }

  /** Takes nothing more on, and leaves what runs to run. */
  close(): void {
    this.#isClosed = true
    for (const run of this.#runs.values()) run.leave()
  }

  async #takeOnce(job: AgentJob): Promise<JobAnswer['statusCode']> {
    // A second copy may come while the first is being written down, and the first may yet be refused.
    const arriving = this.#arriving.get(job.commandId)
    if (arriving !== undefined) return arriving.then((first) => (first === '200' ? '51405' : first))
    if (this.#world.store.isKnown(job.commandId)) return '51405'

    const taking = this.#takeCommand(job).finally(() => this.#arriving.delete(job.commandId))
    this.#arriving.set(job.commandId, taking)
    return taking
  }

  async #takeCommand(job: AgentJob): Promise<JobAnswer['statusCode']> {
    const place = this.#pool.reserve()
    if (place === undefined) return '51402'
    let record: CommandRecord
    try {
      record = this.#plan(job, place.immediate)
    } catch (error) {
      place.giveBack()
      this.#world.log.warn('A job was refused', { commandId: job.commandId, reason: reasonOf(error) })
      return this.#refuse(job, error instanceof MessageError ? '51408' : '51406', reasonOf(error)).statusCode
    }
    try {
      await this.#world.store.create(record)
    } catch (error) {
      place.giveBack()
      this.#world.log.error('A job was sent back: it could not be written down', {
        commandId: job.commandId,
        reason: reasonOf(error),
      })
      return '51499'
    }
    this.#world.log.info('Command taken on', { commandId: job.commandId, document: record.documentName })
    const run = new CommandRun(record, this.#world, true)
    // Closed meanwhile: the next agent finds it on disk.
    if (this.#isClosed) run.leave()
    // The acknowledgement goes out first: it is what the server waits for.
    setImmediate(() => this.#begin(run, place))
    this.#runs.set(record.commandId, run)
    return '200'
  }

  #plan(job: AgentJob, isImmediate: boolean): CommandRecord {
    const content = decodeCommandContent(job.content)
    if (content.commandId !== job.commandId) throw new MessageError('CommandId must be that of the job id')
    const { boot, clock, platformType } = this.#world
    const source = { document: content.documentContent, parameters: content.parameters }
    const refers = hasReferences(source)
    return {
      commandId: job.commandId,
      documentName: content.documentName,
      steps: planSafely(content.documentContent, content.parameters, platformType),
      results: [],
      // A step that runs at once is written down as about to start, which saves a second write.
      phase: isImmediate && !refers ? 'started' : 'queued',
      ...(refers && { source }),
      boot,
      since: clock.now(),
      attempt: 1,
      reboots: 0,
    }
  }

  async #cancel(job: AgentJob): Promise<JobAnswer['statusCode']> {
    try {
      const { commandId } = decodeCancelContent(job.content)
      await this.#arriving.get(commandId)
      const run = this.#runs.get(commandId)
      this.#world.log.info('Cancel', { commandId, isRunning: run !== undefined })
      run?.cancel()
      return '200'
    } catch (error) {
      if (error instanceof MessageError) return '51408'
      throw error
    }
  }

  #begin(run: CommandRun, place: ReturnType<CommandPool['reserveAnyway']>): void {
    this.#runs.set(run.commandId, run)
    place.start(async () => {
      await run.run()
      if (!run.isFinished) return
      this.#runs.delete(run.commandId)
      this.#keepEnded(run)
    })
  }

  #keepEnded(run: CommandRun): void {
    this.#ended.set(run.commandId, run)
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > mostEnded && oldest !== undefined) this.#ended.delete(oldest)
  }

  /** Refuses for good: the command fails, and the reply says why. */
  #refuse(job: JobKey, statusCode: RefusalCode, trace = ''): JobAnswer {
    const { agent, clock, nodeId } = this.#world
    const key = { commandId: job.commandId, nodeId }
    this.#world.report(makeReply(key, agent, new Date(clock.now()), { status: 'Failed', label: 'end', trace }))
    return { job, statusCode }
  }
}

function planSafely(document: unknown, parameters: unknown, platformType: string) {
  try {
    return planSteps(document, parameters, platformType)
  } catch (cause) {
    // The only other error is a document nested deeper than the stack.
    throw cause instanceof InvalidDocument
      ? cause
      : new InvalidDocument('The document cannot be worked out.', { cause })
  }
}

function readJobKey(payload: Uint8Array): JobKey | undefined {
  try {
    const message: unknown = JSON.parse(new TextDecoder().decode(payload))
    return isObject(message) && typeof message['JobId'] === 'string' ? decodeJobId(message['JobId']) : undefined
  } catch {
    return undefined
  }
}
