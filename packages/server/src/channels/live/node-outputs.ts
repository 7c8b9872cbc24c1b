import type { AgentJobOutput, AgentJobOutputEnd, OutputPosition } from '@fairlead/wire/control-message'
import { outputStart } from '@fairlead/wire/control-message'
import type { Clock } from '../../domain/clock.ts'
import type { LiveOutput } from '../../domain/command-watches.ts'
import { LiveJob, type LiveLines } from './live-job.ts'
import type { LiveSlots } from './live-slots.ts'

export interface NodeOutputsWorld {
  readonly lines: LiveLines
  readonly clock: Clock
  readonly slots: LiveSlots
  /** There is something new to tell. */
  tell(): void
}

/** A node that is through by then is not asked: its report tells all. */
const askAfterMs = 100
/** Of one command. The output of the others is told when they have ended. */
const mostNodes = 256

/** The outputs of a command's nodes as they come: which agents are asked, and what they have said. */
export class NodeOutputs {
  readonly #commandId: string
  readonly #nodeIds: readonly string[]
  readonly #world: NodeOutputsWorld
  readonly #jobs = new Map<number, LiveJob>()
  readonly #logs = new Map<number, LiveOutput>()
  /** Nodes that run the command and have not been asked, and since when, in ticks; the longest first. */
  readonly #running = new Map<number, number>()
  /** Where those who watch are, of nodes that have not been asked since the server was started. */
  readonly #known = new Map<number, OutputPosition>()
  #isWanted = false
  #callOff: (() => void) | undefined

  constructor(commandId: string, nodeIds: readonly string[], world: NodeOutputsWorld) {
    this.#commandId = commandId
    this.#nodeIds = nodeIds
    this.#world = world
  }

  get logs(): ReadonlyMap<number, LiveOutput> {
    return this.#logs
  }

  /** A node runs the command now. */
  begun(place: number): void {
    if (!this.#jobs.has(place) && !this.#running.has(place)) this.#running.set(place, this.#world.clock.ticks())
    this.#askSoon()
  }

  ended(place: number): void {
    this.#running.delete(place)
    this.#known.delete(place)
    this.#jobs.get(place)?.end()
  }

  askRest(place: number, from: OutputPosition): boolean {
    const nodeId = this.#nodeIds[place] ?? ''
    if (this.#jobs.has(place) || !this.#world.lines.sendsLiveOutput(nodeId) || !this.#takeSlot()) return false
    this.#ask(place, nodeId, from).end()
    return true
  }

  /** The node's agent has come back, and must be asked anew. */
  returned(place: number): void {
    this.#jobs.get(place)?.ask()
    if (this.#running.has(place)) this.#askSoon()
  }

  hear(place: number, output: AgentJobOutput | AgentJobOutputEnd): void {
    this.#jobs.get(place)?.hear(output)
  }

  read(positions: ReadonlyMap<number, OutputPosition>): void {
    this.#isWanted = true
    for (const [place, position] of positions) {
      const job = this.#jobs.get(place)
      if (job !== undefined) job.take(position)
      else if (this.#running.has(place) && !this.#known.has(place)) this.#known.set(place, position)
    }
    this.#askSoon()
  }

  /** Nobody watches any more. */
  stop(): void {
    this.#callOff?.()
    this.#running.clear()
    for (const job of this.#jobs.values()) job.stop()
    this.#world.slots.giveBack(this.#jobs.size)
    this.#jobs.clear()
    this.#logs.clear()
  }

  #askSoon(): void {
    if (!this.#isWanted || this.#running.size === 0) return
    this.#callOff ??= this.#world.clock.after(askAfterMs, () => {
      this.#callOff = undefined
      this.#askRunning()
    })
  }

  #askRunning(): void {
    const { lines, clock } = this.#world
    for (const [place, since] of this.#running) {
      if (clock.ticks() - since < askAfterMs) {
        this.#askSoon()
        return
      }
      const nodeId = this.#nodeIds[place] ?? ''
      if (!lines.isOpen(nodeId)) continue
      if (!lines.sendsLiveOutput(nodeId)) this.#running.delete(place)
      else if (this.#takeSlot()) this.#ask(place, nodeId, this.#known.get(place) ?? outputStart)
      else return
    }
  }

  #ask(place: number, nodeId: string, from: OutputPosition): LiveJob {
    const job = new LiveJob({ commandId: this.#commandId, nodeId }, from, this.#world)
    this.#running.delete(place)
    this.#known.delete(place)
    this.#jobs.set(place, job)
    this.#logs.set(place, job.log)
    return job
  }

  /** Makes room, where there is none, by forgetting what everybody may have read. */
  #takeSlot(): boolean {
    if (this.#jobs.size < mostNodes && this.#world.slots.take()) return true
    for (const [place, job] of this.#jobs) {
      if (!job.isDone) continue
      this.#jobs.delete(place)
      this.#logs.delete(place)
      return true
    }
    return false
  }
}
