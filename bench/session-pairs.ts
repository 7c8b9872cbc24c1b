import type { Row } from './report.ts'
import { type Rate, typeInTurn } from './session-tasks.ts'
import type { SessionWay } from './session-ways.ts'
import { percentile, spreadOf } from './statistics.ts'

export type Two<Value> = readonly [Value, Value]

/** One round of two ways side by side; the second is what the first is judged by. */
export interface Pair {
  /** Milliseconds, p50. */
  readonly echo: Two<number>
  readonly rates: readonly Two<Rate>[]
}

/** Every other round the second goes first. */
export async function inTurn<Value>(
  round: number,
  [one, other]: Two<SessionWay>,
  act: (way: SessionWay) => Promise<Value>,
): Promise<Two<Value>> {
  if (round % 2 === 0) return [await act(one), await act(other)]
  const second = await act(other)
  return [await act(one), second]
}

export async function echoOfBoth(ways: Two<SessionWay>, keys: number): Promise<Two<number>> {
  const [here, there] = await typeInTurn(ways, keys)
  return [percentile(here, 50), percentile(there, 50)]
}

/** `most` is how much longer the first way may take than the second; `rates` names those of each round. */
export function pairRows(pairs: readonly Pair[], name: string, rates: readonly string[], most: number): readonly Row[] {
  if (pairs.length === 0) return []
  const rows = [
    rowOf(
      `${name}: echo, p50`,
      'ms',
      pairs.map(({ echo }) => echo),
      { of: 'ratio', atMost: most },
    ),
  ]
  for (const [at, what] of rates.entries()) {
    const found = pairs.map(({ rates: all }) => all[at]).filter((two) => two !== undefined)
    const of = (value: (rate: Rate) => number) => found.map(([one, other]): Two<number> => [value(one), value(other)])
    rows.push(rowOf(`${name}: ${what}`, 'MB/s', of(rateIn), { of: 'ratio', atLeast: 1 / most }))
    rows.push(rowOf('  CPU per MB', 'ms', of(cpuOf)))
  }
  return rows
}

const rateIn = ({ megabytesPerSecond }: Rate) => megabytesPerSecond
const cpuOf = ({ cpu }: Rate) => cpu

function rowOf(what: string, unit: string, values: readonly Two<number>[], aim?: Row['aim']): Row {
  return {
    what,
    unit,
    ours: spreadOf(values.map(([one]) => one)),
    outside: spreadOf(values.map(([, other]) => other)),
    ratio: spreadOf(values.map(([one, other]) => one / other)),
    ...(aim !== undefined && { aim }),
  }
}
