/**
 * Milliseconds to wait before try number `attempt` (0 is the first after a loss): anything up to a limit that doubles, so that
 * a fleet that lost its server does not come back as one. The first is within half a second. `random` is 0 to 1.
 */
export function backoffMs(attempt: number, capMs: number, random: number): number {
  const limit = Math.min(capMs, 500 * 2 ** Math.min(attempt, 30))
  return Math.round(limit * random)
}
