/**
 * How long peers had to be heard: a clock that stands still while the process does. A server that was stopped, starved of
 * CPU or busy for long has not read what came meanwhile, and must not take its own silence for that of others.
 */
export class ListenedTime {
  readonly #ticks: () => number
  readonly #everyMs: number
  #lookedAt: number
  #missedMs = 0

  /** `ticks`: milliseconds of a clock that nobody sets. `everyMs`: how long after one `look` the next is due. */
  constructor(ticks: () => number, everyMs: number) {
    this.#ticks = ticks
    this.#everyMs = everyMs
    this.#lookedAt = ticks()
  }

  /** Milliseconds since some moment. It never runs on for longer than until the next look is due. */
  now(): number {
    return Math.min(this.#ticks(), this.#lookedAt + this.#everyMs) - this.#missedMs
  }

  /** To be called before others are judged: what is late about it was missed. */
  look(): void {
    const at = this.#ticks()
    this.#missedMs += Math.max(0, at - this.#lookedAt - this.#everyMs)
    this.#lookedAt = at
  }
}
