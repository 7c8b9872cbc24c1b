import { waitMs } from './flights.ts'

/**
 * Nodes whose agent said that it has no room. They are tried with one job at a time, when a
 * command of theirs has ended or after a while, until they take one.
 */
export class BusyNodes {
  readonly #ticks: () => number
  readonly #refusals = new Map<string, { refusals: number; until: number }>()

  /** `ticks`: milliseconds that go on whoever sets the clock. */
  constructor(ticks: () => number) {
    this.#ticks = ticks
  }

  refused(nodeId: string): void {
    const refusals = (this.#refusals.get(nodeId)?.refusals ?? 0) + 1
    const until = this.#ticks() + waitMs(refusals)
    this.#refusals.set(nodeId, { refusals, until })
  }

  /** It took a job: unless that was handed to it before it had no room, it has some. */
  taken(nodeId: string): void {
    if (this.room(nodeId, 1) > 0) this.#refusals.delete(nodeId)
  }

  /** Its channel is new, or nothing waits for it. */
  clear(nodeId: string): void {
    this.#refusals.delete(nodeId)
  }

  /** A command of its has ended. Answers whether it had no room, and may have some now. */
  mayHaveRoom(nodeId: string): boolean {
    const busy = this.#refusals.get(nodeId)
    if (busy) busy.until = Number.NEGATIVE_INFINITY
    return busy !== undefined
  }

  /** How many jobs it may be handed now. */
  room(nodeId: string, usual: number): number {
    const busy = this.#refusals.get(nodeId)
    if (!busy) return usual
    return busy.until <= this.#ticks() ? 1 : 0
  }

  due(): readonly string[] {
    const [now, due] = [this.#ticks(), [] as string[]]
    for (const [nodeId, { until }] of this.#refusals) if (until <= now) due.push(nodeId)
    return due
  }
}
