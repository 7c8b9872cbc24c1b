import type { Spread } from './statistics.ts'

/** One line of the table: what was measured, ours beside an outside figure of the same run. */
export interface Row {
  readonly what: string
  readonly unit: string
  readonly ours: Spread
  readonly outside?: Spread
  /** Round by round where the two were measured in the same rounds. */
  readonly ratio?: Spread
  readonly aim?: { readonly of: 'ours' | 'ratio'; readonly atLeast?: number; readonly atMost?: number }
}

export interface BenchResult {
  readonly rows: readonly Row[]
  /** How it was measured, and what bounds it. */
  readonly notes: readonly string[]
}

export interface BenchOptions {
  /** Shorter windows and fewer rounds, for a look in passing. */
  readonly quick: boolean
  /** A folder for CPU profiles of the server. */
  readonly profile: string | undefined
  /** Gets other programs to be measured beside, from the package registry. */
  readonly withPeers: boolean
}

export interface Bench {
  readonly name: string
  readonly title: string
  run(options: BenchOptions): Promise<BenchResult>
}

/** Whether the median meets the aim; undefined when there is none. */
export function isMet({ aim, ours, ratio }: Row): boolean | undefined {
  if (aim === undefined) return undefined
  const value = aim.of === 'ours' ? ours.median : ratio?.median
  if (value === undefined) return undefined
  return value >= (aim.atLeast ?? Number.NEGATIVE_INFINITY) && value <= (aim.atMost ?? Number.POSITIVE_INFINITY)
}

const widths = [36, 7, 19, 9, 17, 6] as const
const heads = ['what', 'unit', 'ours', 'outside', 'ratio', 'aim'] as const

/** A table of at most 100 columns: medians, and in brackets the smallest and the largest. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const met = isMet(row)
    const cells = [
      row.what,
      row.unit,
      spread(row.ours),
      row.outside === undefined ? '' : number(row.outside.median),
      row.ratio === undefined ? '' : spread(row.ratio),
      aimText(row),
    ]
    return `${line(cells)}${met === undefined ? '' : met ? 'met' : 'NOT'}`.trimEnd()
  })
  return [`${line(heads)}met?`, ...lines].join('\n')
}

function line(cells: readonly string[]): string {
  return cells
    .map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : `${cell.padStart(widths[at] ?? 0)} `))
    .join('')
}

function aimText({ aim }: Row): string {
  if (aim === undefined) return ''
  return aim.atLeast === undefined ? `<=${number(aim.atMost ?? 0)}` : `>=${number(aim.atLeast)}`
}

function spread({ median, min, max }: Spread): string {
  return min === max ? number(median) : `${number(median)} [${number(min)}-${number(max)}]`
}

function number(value: number): string {
  if (value >= 100_000) return `${Math.round(value / 1000)}k`
  if (value >= 100) return value.toFixed(0)
  return value >= 10 ? value.toFixed(1) : String(Number(value.toPrecision(value >= 1 ? 3 : 2)))
}
