import { CliError } from '../cli-error.ts'
import type { Surroundings } from '../surroundings.ts'

/** Looks until there is something to see, ever less often. Throws CliError with `otherwise` after `limitMs`. */
export async function until<Value>(
  look: () => Promise<Value | undefined>,
  { elapsed, pause }: Pick<Surroundings, 'elapsed' | 'pause'>,
  limitMs: number,
  otherwise: string,
): Promise<Value> {
  const end = elapsed() + limitMs
  let pauseMs = 10
  for (;;) {
    const value = await look()
    if (value !== undefined) return value
    if (elapsed() > end) throw new CliError(otherwise)
    await pause(pauseMs)
    pauseMs = Math.min(pauseMs * 1.2, 250)
  }
}
