/** A measurement taken several times. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Throws when there is nothing to speak of. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: percentile(values, 50), min: percentile(values, 0), max: percentile(values, 100) }
}

/** The value that `percent` of all are not above, by nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort()
  const found = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]
  if (found === undefined) throw new RangeError('nothing was measured')
  return found
}

/** Numbers below `count` in random order, so that no contender always goes first. */
export function shuffled(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => ({ index, rank: Math.random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ index }) => index)
}
