const shortest = 5
/** Two days. */
const longest = 172_800
const usual = 3600

/** Far longer than any number of seconds. */
const longestText = 64
const numeral = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/

/**
 * How many seconds a step may take, by the timeoutSeconds of its inputs: agents act on it and the server reckons with it.
 * What is no number from 5 to 172,800 means an hour, as in Amazon's agent (pluginutil, ValidateExecutionTimeout).
 */
export function stepTimeoutSeconds(input: unknown): number {
  const seconds = Math.trunc(numberOf(input))
  return seconds >= shortest && seconds <= longest ? seconds : usual
}

function numberOf(input: unknown): number {
  if (typeof input === 'number') return input
  return typeof input === 'string' && input.length <= longestText && numeral.test(input) ? Number(input) : Number.NaN
}
