import type { Clock } from '../../server/src/domain/clock.ts'

interface Alarm {
  readonly at: number
  readonly ring: () => void
}

/** A clock with a hand: time passes only when a test says so. */
export class ManualClock implements Clock {
  /** Milliseconds since the epoch, had the clock never been set. */
  #now: number
  #setBy = 0
  #alarms: Alarm[] = []

  constructor(start = new Date('2026-11-22T12:00:00Z')) {
    this.#now = start.getTime()
  }

  now(): Date {
    return new Date(this.#now + this.#setBy)
  }

  ticks(): number {
    return this.#now
  }

  /** Sets it forward, or back, without time passing. */
  set(ms: number): void {
    this.#setBy += ms
  }

  after(ms: number, ring: () => void): () => void {
    const alarm = { at: this.#now + ms, ring }
    this.#alarms.push(alarm)
    return () => {
      this.#alarms = this.#alarms.filter((one) => one !== alarm)
    }
  }

  /** Time passes in which nothing runs: what is due rings when `advance` is called, late. */
  stall(ms: number): void {
    this.#now += ms
  }

  /** Lets time pass; alarms ring in their order, also those that are set on the way. */
  advance(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = this.#alarms.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0]
      if (next === undefined) break
      this.#alarms = this.#alarms.filter((one) => one !== next)
      this.#now = Math.max(this.#now, next.at)
      next.ring()
    }
    this.#now = until
  }
}
