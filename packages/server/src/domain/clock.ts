/** Time and waiting, from outside: the real one is made in compose, tests move theirs by hand. */
export interface Clock {
  now(): Date
  /** Milliseconds since some moment, for how long something lasts: whoever sets `now` does not change them. */
  ticks(): number
  /** Calls once after `ms` milliseconds. Answers the function that calls it off. */
  after(ms: number, callback: () => void): () => void
}
