/** Something that the person at the terminal can mend; the text says how. */
export class CliError extends Error {
  override readonly name = 'CliError'
}

/** A command line that says too little, or two things. */
export class UsageError extends CliError {}

/** What to tell a person of an error: its own words, and those of what caused it. Stacks are for faults of ours. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof TypeError || error instanceof RangeError) return error.stack ?? error.message
  const own = error.message || error.name
  return error.cause === undefined ? own : `${own}\n  ${explain(error.cause)}`
}
