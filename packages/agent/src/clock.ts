/** Time as the agent sees it. Passed in, so that a test can make an hour short. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds since some moment, for how long something lasts: whoever sets `now` does not change them. */
  ticks(): number
  /** Acts once, `ms` from now, unless the function it returns is called first. */
  after(ms: number, act: () => void): () => void
}

// Node's timers hold 31 bits; a longer wait would fire at once.
const longestWaitMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, Math.min(ms, longestWaitMs))
    return () => clearTimeout(timer)
  },
}
