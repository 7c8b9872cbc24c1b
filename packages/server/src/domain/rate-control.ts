/**
 * MaxConcurrency and MaxErrors: a number, or a percentage of the targets. Ten per cent of fifty stops
 * a command at its sixth error (user guide, "Using error controls").
 */
export function limitOf(limit: string, targets: number): number {
  if (!limit.endsWith('%')) return Number(limit)
  return Math.floor((Number(limit.slice(0, -1)) * targets) / 100)
}

/** How many nodes may have it at one time: at least one, or a small percentage of few nodes would never start. */
export function concurrencyOf(maxConcurrency: string, targets: number): number {
  return Math.max(1, limitOf(maxConcurrency, targets))
}

/**
 * How many may have it once so many have run it: "delivers the command to a single instance and waits until the
 * initial invocation completes before sending the command to two more", and so on, doubling, until MaxConcurrency is
 * met (user guide, "Using concurrency controls").
 */
export function windowAfter(ran: number, concurrency: number): number {
  return Math.min(concurrency, 2 ** (31 - Math.clz32(ran + 1)))
}

/** Whether there have been more errors than allowed, so that no further node gets the command. */
export function stoppedByErrors(maxErrors: string, targets: number, errors: number): boolean {
  return errors > limitOf(maxErrors, targets)
}
