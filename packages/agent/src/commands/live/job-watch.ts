import { join } from 'node:path'
import {
  encodeAgentJobOutput,
  type JobKey,
  liveWindow,
  longestOutput,
  type OutputPosition,
  type OutputStream,
} from '@fairlead/wire/control-message'
import type { Clock } from '../../clock.ts'
import { incompleteTail } from '../../sessions/stream/utf8-tail.ts'
import type { LiveStep } from './live-steps.ts'
import { outputSize, readOutput } from './read-output.ts'

/** A command as those see it who watch it. */
export interface LiveCommand {
  liveSteps(): readonly LiveStep[]
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
const newline = 0x0a
const streams = ['stdout', 'stderr'] as const

/** Sends the output of one command, in order, as far as the server takes it. */
export class JobWatch {
  readonly #job: JobKey
  readonly #command: LiveCommand
  readonly #world: JobWatchWorld
  #at: OutputPosition
  #sent = 0
  #taken = 0
  #sentAt = Number.NEGATIVE_INFINITY

  constructor(job: JobKey, command: LiveCommand, from: OutputPosition, world: JobWatchWorld) {
    this.#job = job
    this.#command = command
    this.#at = from
    this.#world = world
  }

  /** So many bytes have been taken since the watch began. */
  take(bytes: number): void {
    this.#taken = Math.max(this.#taken, Math.min(bytes, this.#sent))
  }

  /** Sends what is due, or all there is when `hurries`. Answers true when nothing more will come. */
  look(hurries: boolean): boolean {
    for (;;) {
      const isFinished = this.#command.isFinished
      const step = this.#command.liveSteps()[this.#at.step]
      if (step === undefined) {
        return isFinished && this.#world.send(encodeAgentJobOutput({ ...this.#job, end: 'sent' }))
      }
      const isDue = hurries || step.isOver || this.#world.clock.now() - this.#sentAt >= usualWaitMs
      const isThrough = streams.map((stream) => this.#sendStream(step, stream, isDue)).every(Boolean)
      if (!step.isOver || !isThrough) return false
      this.#at = { step: this.#at.step + 1, stdout: 0, stderr: 0 }
    }
  }

  /** Answers true when all that the stream has so far has been sent. */
  #sendStream(step: LiveStep, stream: OutputStream, isDue: boolean): boolean {
    for (;;) {
      const offset = this.#at[stream]
      const room = Math.min(longestOutput, liveWindow - (this.#sent - this.#taken))
      const bytes = this.#read(step, stream, offset, longestOutput)
      if (bytes.length === 0) return true
      if (room < longestCharacter || !(isDue || bytes.length === longestOutput)) return false
      const piece = bytes.subarray(0, room)
      const isEnd = step.isOver && piece.length === bytes.length && bytes.length < longestOutput
      const length = isEnd ? piece.length : piece.length - incompleteTail(piece, piece.length)
      if (length === 0 || !this.#send(step, stream, piece.subarray(0, length))) return false
    }
  }

  #send({ name, plugin }: LiveStep, stream: OutputStream, bytes: Uint8Array): boolean {
    const { step, [stream]: offset } = this.#at
    const output = { ...this.#job, step, stepName: name, plugin, stream, offset, bytes }
    if (!this.#world.send(encodeAgentJobOutput(output))) return false
    this.#at = { ...this.#at, [stream]: offset + bytes.length }
    this.#sent += bytes.length
    this.#sentAt = this.#world.clock.now()
    return true
  }

  /** What the agent adds to a step that has ended follows what the step wrote, as in the report of it. */
  #read({ folders, isOver, notes }: LiveStep, stream: OutputStream, offset: number, most: number): Uint8Array {
    const paths = folders.map((folder) => join(folder, stream))
    const { outputLimitBytes } = this.#world
    const bytes = readOutput(paths, offset, most, outputLimitBytes)
    if (bytes.length > 0 || !isOver || notes[stream] === '') return bytes
    const size = outputSize(paths, outputLimitBytes)
    const [last = newline] = size === 0 ? [] : readOutput(paths, size - 1, 1, outputLimitBytes)
    const added = Buffer.from(last === newline ? notes[stream] : `\n${notes[stream]}`)
    return added.subarray(offset - size, offset - size + most)
  }
}
