import type { Clock } from '../../domain/clock.ts'
import { closeCodes } from '../control-channel.ts'
import type { DataEnd } from './data-end.ts'

/** A client that takes nothing for so long does not get the rest. */
const patienceMs = 3_000
/** However slowly it takes what is left. */
const longestMs = 60_000
/** As long as a token lasts with which a client may still come. */
const clientReturnsWithinMs = 60_000
/** The client closes by itself when it has read why. */
const closeWithinMs = 1_000

export interface FarewellParts {
  readonly clock: Clock
  /** The client has acknowledged all output. */
  isSettled(): boolean
  client(): DataEnd | undefined
  /** The frame that tells the client why. */
  frame(reason: string): Uint8Array
  /** The client knows, or will not come any more. */
  over(): void
}

/**
 * The end of a session at its client: the last output first, until it is acknowledged or the client takes no more; then
 * why; and only then the socket is closed. A bare close would be a loss to the client, and overtaking words would cut the
 * output off (session reference, 8.1, traps T6 and T10).
 */
export class Farewell {
  readonly #parts: FarewellParts
  #stage: 'not-begun' | 'waiting' | 'said' | 'over' = 'not-begun'
  #reason = ''
  #until = 0
  #callOff = () => {}

  constructor(parts: FarewellParts) {
    this.#parts = parts
  }

  get isOver(): boolean {
    return this.#stage === 'over'
  }

  begin(reason: string): void {
    this.#reason = reason
    this.#stage = 'waiting'
    this.#until = this.#parts.clock.ticks() + longestMs
    this.progressed()
  }

  /** The client has come, or has taken something. */
  progressed(): void {
    if (this.#stage !== 'waiting') return
    const { client, isSettled, clock } = this.#parts
    this.#callOff()
    if (client() === undefined) this.#callOff = clock.after(clientReturnsWithinMs, () => this.#finish())
    else if (isSettled() || clock.ticks() >= this.#until) this.#say()
    else this.#callOff = clock.after(patienceMs, () => this.#say())
  }

  clientLeft(): void {
    if (this.#stage === 'said') this.#finish()
    else this.progressed()
  }

  callOff(): void {
    this.#callOff()
  }

  #say(): void {
    const { client, frame, clock } = this.#parts
    const end = client()
    if (end === undefined) return
    this.#stage = 'said'
    end.write(frame(this.#reason))
    this.#callOff = clock.after(closeWithinMs, () => end.close(closeCodes.normal, 'the session has ended'))
  }

  #finish(): void {
    this.#callOff()
    this.#stage = 'over'
    this.#parts.over()
  }
}
