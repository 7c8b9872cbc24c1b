/** A job that an agent was handed and has not acknowledged, or a cancellation that has had no effect yet. */
export interface Flight {
  readonly kind: 'send' | 'cancel'
  readonly commandId: string
  readonly nodeId: string
  attempts: number
  /** In ticks of the clock, so that whoever sets it changes nothing: when to hand it over again. */
  dueAt: number
  /** Its acknowledgement is being written down. */
  landing: boolean
}

// Amazon's agent drops what comes while it loads, without a word (agent reference, 6.4): three seconds are
// enough for that, and doubling keeps a node that never answers cheap.
const firstWaitMs = 3_000
const longestWaitMs = 30_000

/** When to try for the n-th time, from 1, if nothing is heard. */
export function waitMs(attempts: number): number {
  return Math.min(firstWaitMs * 2 ** (Math.max(attempts, 1) - 1), longestWaitMs)
}

/** What is under way to nodes. In memory alone: after a restart it is simply handed over again. */
export class Flights {
  readonly #byNode = new Map<string, Map<string, Flight>>()

  add(flight: Flight): void {
    const flights = this.#byNode.get(flight.nodeId) ?? new Map<string, Flight>()
    this.#byNode.set(flight.nodeId, flights)
    flights.set(key(flight.kind, flight.commandId), flight)
  }

  find(nodeId: string, kind: Flight['kind'], commandId: string): Flight | undefined {
    return this.#byNode.get(nodeId)?.get(key(kind, commandId))
  }

  remove({ nodeId, kind, commandId }: Pick<Flight, 'nodeId' | 'kind' | 'commandId'>): void {
    const flights = this.#byNode.get(nodeId)
    flights?.delete(key(kind, commandId))
    if (flights?.size === 0) this.#byNode.delete(nodeId)
  }

  of(nodeId: string): readonly Flight[] {
    return [...(this.#byNode.get(nodeId)?.values() ?? [])]
  }

  /** Jobs on their way to the node; cancellations do not count, since they must never wait behind them. */
  sends(nodeId: string): number {
    let sends = 0
    for (const { kind } of this.#byNode.get(nodeId)?.values() ?? []) if (kind === 'send') sends += 1
    return sends
  }

  due(ticks: number): readonly Flight[] {
    const due: Flight[] = []
    for (const flights of this.#byNode.values()) {
      for (const flight of flights.values()) if (flight.dueAt <= ticks && !flight.landing) due.push(flight)
    }
    return due
  }
}

function key(kind: Flight['kind'], commandId: string): string {
  return `${kind} ${commandId}`
}
