import type { Clock } from '../../../domain/clock.ts'

/** So long a disk may keep from whoever waits what is to be shown; then it is shown before it is recorded. */
const patienceMs = 1_000

export interface ShownFramesParts {
  readonly clock: Clock
  /** More may be shown. */
  onKept(): void
  /** The disk takes too long. */
  onImpatient(): void
}

/** Which frames of a node may be shown: those that are in the file, and all while a disk takes too long. */
export class ShownFrames {
  readonly #parts: ShownFramesParts
  /** All numbers below it are in the file, or are not to be waited for. */
  #below = 0
  /** When all events before the place are written, all numbers below are. */
  #aim: { readonly place: number; readonly below: number } | undefined
  /** Since when somebody waits. */
  #waitsSince: number | undefined
  #isImpatient = false
  #callOff: (() => void) | undefined

  constructor(parts: ShownFramesParts) {
    this.#parts = parts
  }

  mayBeShown(sequenceNumber: number): boolean {
    if (sequenceNumber < this.#below || this.#isImpatient) return true
    this.#waitsSince ??= this.#parts.clock.ticks()
    this.#callOff ??= this.#parts.clock.after(patienceMs, () => this.#look())
    return false
  }

  /** A write begins: of what has come, all numbers are below `below`, and all events before `place`. */
  writing(place: number, below: number): void {
    this.#aim ??= { place, below }
  }

  /** All events before the place are written. */
  written(place: number): void {
    if (this.#aim === undefined || place < this.#aim.place) return
    const { below } = this.#aim
    this.#aim = undefined
    this.kept(below)
  }

  /** Nothing below this number waits to be written. */
  kept(below: number): void {
    if (below <= this.#below) return
    this.#below = below
    this.#isImpatient = false
    this.release()
  }

  /** Who waits is to ask again. */
  release(): void {
    if (this.#waitsSince === undefined) return
    this.#waitsSince = undefined
    this.#parts.onKept()
  }

  close(): void {
    this.#callOff?.()
    this.release()
  }

  /** One timer a second at most: what waits is shown within the turn as a rule. */
  #look(): void {
    const { clock, onImpatient } = this.#parts
    this.#callOff = undefined
    if (this.#waitsSince === undefined) return
    const left = this.#waitsSince + patienceMs - clock.ticks()
    if (left > 0) {
      this.#callOff = clock.after(left, () => this.#look())
      return
    }
    this.#isImpatient = true
    onImpatient()
    this.release()
  }
}
