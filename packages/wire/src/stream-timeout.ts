const initialMs = 200
const mostMs = 1000
// Amazon's ends look at what is due every 100 ms, so with them it is never less either.
const leastMs = 100
const granularityMs = 10

/**
 * How long to wait for a receipt before a frame is sent again, from the round trips seen so far. Gains, start and bounds are
 * those of amazon-ssm-agent and session-manager-plugin, which have them from RFC 6298.
 */
export class StreamTimeout {
  #roundTripMs = 100
  #variationMs = 0
  #waitMs = initialMs

  /** Milliseconds, 100 to 1000. */
  get waitMs(): number {
    return this.#waitMs
  }

  /** Takes note of one round trip, of a frame that was sent once: of the others nobody knows which sending was received. */
  observe(roundTripMs: number): void {
    const sample = Math.max(0, roundTripMs)
    this.#variationMs = 0.75 * this.#variationMs + 0.25 * Math.abs(this.#roundTripMs - sample)
    this.#roundTripMs = 0.875 * this.#roundTripMs + 0.125 * sample
    const wait = this.#roundTripMs + Math.max(granularityMs, 4 * this.#variationMs)
    this.#waitMs = Math.min(Math.max(wait, leastMs), mostMs)
  }
}
