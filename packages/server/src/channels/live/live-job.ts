import {
  type AgentJobOutput,
  type AgentJobOutputEnd,
  encodeAgentJobOutputAck,
  encodeAgentJobWatch,
  type JobKey,
  liveWindow,
  longestOutput,
  type MessageToAgent,
  type OutputPosition,
} from '@fairlead/wire/control-message'
import type { Clock } from '../../domain/clock.ts'
import { OutputLog } from './output-log.ts'

/** The way to agents. */
export interface LiveLines {
  isOpen(nodeId: string): boolean
  /** Whether the node's agent has said that it sends live output. */
  sendsLiveOutput(nodeId: string): boolean
  send(nodeId: string, type: MessageToAgent, payload: Uint8Array): boolean
}

export interface LiveJobWorld {
  readonly lines: LiveLines
  readonly clock: Clock
  /** There is something new to tell. */
  tell(): void
}

/** How long after the end of an invocation the rest of its output is waited for, while nothing comes. */
const patienceMs = 5_000
const ackEvery = liveWindow / 4

/** Speaks with an agent about the output of one invocation that is watched. */
export class LiveJob {
  readonly log: OutputLog
  readonly #job: JobKey
  readonly #world: LiveJobWorld
  #isAsked = false
  /** What had been received, and was taken, when the agent was asked last: it counts from there. */
  #base = 0
  #acknowledged = 0
  #taken = 0
  #activeAt: number
  #callOff = () => {}

  constructor(job: JobKey, from: OutputPosition, world: LiveJobWorld) {
    this.#job = job
    this.#world = world
    this.#activeAt = world.clock.ticks()
    this.log = new OutputLog(from)
    this.ask()
  }

  /** Whether it can be forgotten: all has come, and somebody has taken all of it. */
  get isDone(): boolean {
    return this.log.state !== 'running' && this.#taken >= this.log.received
  }

  /** Has the agent begin where it was, on the channel that it has now. */
  ask(): void {
    const { lines } = this.#world
    if (this.log.state !== 'running' || !lines.sendsLiveOutput(this.#job.nodeId)) return
    this.#base = this.log.received
    this.#acknowledged = this.#base
    const payload = encodeAgentJobWatch({ ...this.#job, from: this.log.end })
    this.#isAsked = lines.send(this.#job.nodeId, 'agent_job_watch', payload)
  }

  hear(output: AgentJobOutput | AgentJobOutputEnd): void {
    this.#activeAt = this.#world.clock.ticks()
    if ('end' in output) this.log.finish(output.end)
    else this.log.append(output)
    this.#world.tell()
  }

  /** Somebody has taken all that is before this position. */
  take(position: OutputPosition): void {
    if (!this.#isAsked) this.ask()
    const taken = this.log.receivedUntil(position)
    if (taken <= this.#taken) return
    this.#taken = taken
    this.#activeAt = this.#world.clock.ticks()
    if (taken - this.#acknowledged < ackEvery || this.log.state !== 'running') return
    const payload = encodeAgentJobOutputAck({ ...this.#job, taken: taken - this.#base })
    if (this.#world.lines.send(this.#job.nodeId, 'agent_job_output_ack', payload)) this.#acknowledged = taken
  }

  /** The invocation has ended: what the agent has yet to send is waited for, but not for long. */
  end(): void {
    this.#callOff()
    if (this.log.state !== 'running') return
    this.#callOff = this.#world.clock.after(patienceMs, () => {
      const isSilent = this.#world.clock.ticks() - this.#activeAt >= patienceMs
      // An agent that may not send more is not to blame.
      const isHeld = this.log.received - this.#taken > liveWindow - longestOutput
      if (!isSilent || isHeld) return this.end()
      this.log.finish('unknown')
      this.#world.tell()
    })
  }

  /** Nobody watches any more. */
  stop(): void {
    this.#callOff()
    if (this.log.state !== 'running' || !this.#isAsked) return
    const { lines } = this.#world
    if (!lines.sendsLiveOutput(this.#job.nodeId)) return
    lines.send(this.#job.nodeId, 'agent_job_watch', encodeAgentJobWatch({ ...this.#job, from: undefined }))
  }
}
