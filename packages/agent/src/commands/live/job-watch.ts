import {
  encodeAgentJobOutput,
  type JobKey,
  liveWindow,
  longestOutput,
  type OutputPosition,
  type OutputStream,
} from '@fairlead/wire/control-message'
import { incompleteTail } from '@fairlead/wire/utf8-tail'
import type { Clock } from '../../clock.ts'
import type { LiveStep } from './live-steps.ts'
import { StepOutput } from './step-output.ts'

/** A command as those see it who watch it. */
export interface LiveCommand {
  /** A step that has begun, by its place. */
  liveStep(place: number): LiveStep | undefined
  readonly isFinished: boolean
}

export interface JobWatchWorld {
  readonly clock: Clock
  /** How much of each output file is kept. */
  readonly outputLimitBytes: number
  /** False when there is no channel. */
  send(payload: Uint8Array): boolean
}

const [usualWaitMs, longestCharacter] = [1_000, 4]
const streams = ['stdout', 'stderr'] as const

/** Sends the output of one command, in order, as far as the server takes it. */
export class JobWatch {
  readonly #job: JobKey
  readonly #command: LiveCommand
  readonly #world: JobWatchWorld
  #at: OutputPosition
  #output: StepOutput
  #sent = 0
  #taken = 0
  #sentAt = Number.NEGATIVE_INFINITY

  constructor(job: JobKey, command: LiveCommand, from: OutputPosition, world: JobWatchWorld) {
    this.#job = job
    this.#command = command
    this.#at = from
    this.#world = world
    this.#output = new StepOutput(world.outputLimitBytes)
  }

  /** So many bytes have been taken since the watch began. */
  take(bytes: number): void {
    this.#taken = Math.max(this.#taken, Math.min(bytes, this.#sent))
  }

  /** Sends what is due, or all there is when `hurries`. Answers true when nothing more will come. */
  look(hurries: boolean): boolean {
    for (;;) {
      const isFinished = this.#command.isFinished
      const step = this.#command.liveStep(this.#at.step)
      if (step === undefined) {
        return isFinished && this.#world.send(encodeAgentJobOutput({ ...this.#job, end: 'sent' }))
      }
      const isDue = hurries || step.isOver || this.#world.clock.ticks() - this.#sentAt >= usualWaitMs
      const isThrough = streams.map((stream) => this.#sendStream(step, stream, isDue)).every(Boolean)
      if (!step.isOver || !isThrough) return false
      this.#at = { step: this.#at.step + 1, stdout: 0, stderr: 0 }
      this.#output = new StepOutput(this.#world.outputLimitBytes)
    }
  }

  /** Answers true when all that the stream has so far has been sent. */
  #sendStream(step: LiveStep, stream: OutputStream, isDue: boolean): boolean {
    for (;;) {
      const offset = this.#at[stream]
      const room = Math.min(longestOutput, liveWindow - (this.#sent - this.#taken))
      const { bytes, isWhole } = this.#output.read(step.pieces, stream, offset, longestOutput)
      if (bytes.length === 0) return true
      if (room < longestCharacter || !(isDue || bytes.length === longestOutput)) return false
      const piece = bytes.subarray(0, room)
      const isCut = !isWhole || piece.length < bytes.length
      const length = isCut ? piece.length - incompleteTail(piece, piece.length) : piece.length
      if (length === 0 || !this.#send(step, stream, piece.subarray(0, length))) return false
    }
  }

  #send({ name, plugin }: LiveStep, stream: OutputStream, bytes: Uint8Array): boolean {
    const { step, [stream]: offset } = this.#at
    const output = { ...this.#job, step, stepName: name, plugin, stream, offset, bytes }
    if (!this.#world.send(encodeAgentJobOutput(output))) return false
    this.#at = { ...this.#at, [stream]: offset + bytes.length }
    this.#sent += bytes.length
    this.#sentAt = this.#world.clock.ticks()
    return true
  }
}
