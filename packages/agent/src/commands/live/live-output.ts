import {
  decodeAgentJobOutputAck,
  decodeAgentJobWatch,
  encodeAgentJobOutput,
  type JobKey,
} from '@fairlead/wire/control-message'
import { type Log, reasonOf } from '../../log.ts'
import { JobWatch, type JobWatchWorld, type LiveCommand } from './job-watch.ts'

export interface LiveOutputWorld extends JobWatchWorld {
  readonly nodeId: string
  readonly log: Log
  /** A command that this agent carries out. */
  commandOf(commandId: string): LiveCommand | undefined
}

/** How often the files of watched commands are looked at; nothing is looked at while nobody watches. */
const lookEveryMs = 250
const mostWatches = 256

/** The output of the commands that somebody watches, on its way to the server. */
export class LiveOutput {
  readonly #world: LiveOutputWorld
  readonly #watches = new Map<string, JobWatch>()
  #callOff: (() => void) | undefined

  constructor(world: LiveOutputWorld) {
    this.#world = world
  }

  /** The server says that a command is watched, or is no longer. Throws MessageError. */
  watch(payload: Uint8Array): void {
    const { from, commandId, nodeId } = decodeAgentJobWatch(payload)
    if (nodeId !== this.#world.nodeId) return
    this.#watches.delete(commandId)
    if (from === undefined) return
    const job: JobKey = { commandId, nodeId }
    const command = this.#watches.size < mostWatches ? this.#world.commandOf(commandId) : undefined
    if (command === undefined) {
      this.#world.send(encodeAgentJobOutput({ ...job, end: 'unknown' }))
      return
    }
    this.#watches.set(commandId, new JobWatch(job, command, from, this.#world))
    this.#look(commandId, true)
    this.#keepLooking()
  }

  /** The server says how much was taken. Throws MessageError. */
  acknowledge(payload: Uint8Array): void {
    const { commandId, taken } = decodeAgentJobOutputAck(payload)
    this.#watches.get(commandId)?.take(taken)
    this.#look(commandId, false)
  }

  /** A step has ended: what it has written goes out before the report of it. */
  hurry(commandId: string): void {
    this.#look(commandId, true)
  }

  /** There is no channel any more: the server says it again on the next one. */
  forget(): void {
    this.#watches.clear()
    this.#callOff?.()
    this.#callOff = undefined
  }

  #keepLooking(): void {
    this.#callOff ??= this.#world.clock.after(lookEveryMs, () => {
      this.#callOff = undefined
      for (const commandId of [...this.#watches.keys()]) this.#look(commandId, false)
      if (this.#watches.size > 0) this.#keepLooking()
    })
  }

  #look(commandId: string, hurries: boolean): void {
    const watch = this.#watches.get(commandId)
    if (watch === undefined) return
    try {
      if (watch.look(hurries)) this.#watches.delete(commandId)
    } catch (error) {
      // The command goes on; what it wrote is in its report.
      this.#watches.delete(commandId)
      this.#world.log.warn('The output of a command cannot be shown as it comes', {
        commandId,
        reason: reasonOf(error),
      })
      this.#world.send(encodeAgentJobOutput({ commandId, nodeId: this.#world.nodeId, end: 'unknown' }))
    }
  }
}
