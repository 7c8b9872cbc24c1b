const firstLimitMs = 250

/**
 * Milliseconds to wait before try number `attempt` (0 is the first after a loss). `random` is 0 to 1.
 *
 * It is anything up to a limit, which begins at a quarter of a second and doubles up to the cap ("full jitter"): whoever lost
 * its server for a moment is back at once, and a fleet does not come back as one. The wait never exceeds the cap, so with
 * one of 20 s every node has tried within 20 s of the server's return, after 6.7 s in the mean. Of 10,000 nodes that have waited
 * for long, 10,000 × (1 - (1 - t/20)²) have tried t seconds after it: 1,000 in the first second, fewer in each that follows.
 * A server that opens 430 channels a second (two shared cores) then is 3,300 behind at worst, 8 s of work, which is less
 * than a try may take (`http-post.ts`: 15 s); the last is open after 24 s.
 *
 * A lower cap for the first minute of a loss, say 5 s, would have one node back after 1.7 s in the mean. But of 10,000 then 3,600
 * would come in the first second and wait for 18 s, longer than a try may take; with 10 s they would wait for 14 to 15 s.
 */
export function backoffMs(attempt: number, capMs: number, random: number): number {
  const limit = Math.min(capMs, firstLimitMs * 2 ** Math.min(attempt, 30))
  return Math.round(limit * random)
}
