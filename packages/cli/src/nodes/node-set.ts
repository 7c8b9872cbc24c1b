import { CliError, UsageError } from '../cli-error.ts'
import { naturally } from './natural-order.ts'
import { nodeIdForm } from './node-id.ts'

/** As many names as the largest fleet has. */
const mostNames = 10_000
// More digits than a number holds exactly are letters to us.
const number = /(?<!\d)\d{1,15}(?!\d)/g
const lastNumbers = 8

/**
 * Names as people write sets of them: `web-[01-18,20],db-1`. One number of a name varies in a set; `unfold` gives the names
 * back. Node ids stay as they are, since their digits count nothing, and so do names that a set has signs for.
 */
export function fold(names: Iterable<string>): readonly string[] {
  const readings = [...new Set(names)].map(readingsOf)
  const sizes = new Map<string, number>()
  for (const { pattern } of readings.flat()) sizes.set(pattern, (sizes.get(pattern) ?? 0) + 1)
  const sets = new Map<string, Reading[]>()
  for (const ways of readings) {
    // The last number counts most: in rack2-node7 it is the node's.
    const best = ways.reduce((one, other) => (size(sizes, other) >= size(sizes, one) ? other : one))
    const set = sets.get(best.pattern)
    if (set === undefined) sets.set(best.pattern, [best])
    else set.push(best)
  }
  return [...sets.values()].map(setText).toSorted(naturally)
}

/** The names of a set as `fold` writes it; several numbers may vary. Throws CliError for what is none, or too large. */
export function unfold(text: string): readonly string[] {
  const names = new Set<string>()
  for (const part of parts(text)) for (const name of expand(part)) names.add(name)
  if (names.size > mostNames) throw tooLarge()
  return [...names]
}

/** A name with one of its numbers taken out, or none. */
interface Reading {
  readonly pattern: string
  readonly before: string
  readonly digits: string
  readonly after: string
}

function readingsOf(name: string): readonly [Reading, ...Reading[]] {
  const whole: Reading = { pattern: `=${name}`, before: name, digits: '', after: '' }
  if (nodeIdForm.test(name) || /[[\],\s]/.test(name)) return [whole]
  const found = [...name.matchAll(number)].slice(-lastNumbers).map(({ 0: digits, index }) => {
    const [before, after] = [name.slice(0, index), name.slice(index + digits.length)]
    return { pattern: `${before}[]${after}`, before, digits, after }
  })
  const [first, ...more] = found
  return first === undefined ? [whole] : [first, ...more]
}

function size(sizes: ReadonlyMap<string, number>, { pattern }: Reading): number {
  return sizes.get(pattern) ?? 0
}

function setText(set: readonly Reading[]): string {
  const [first] = set
  if (first === undefined) return ''
  const { before, after } = first
  if (set.length === 1) return `${before}${first.digits}${after}`
  return `${before}[${ranges(set.map(({ digits }) => digits)).join(',')}]${after}`
}

/** 01 and 1 are two names, and so are counted apart: those of one width where one of them begins with 0, and the others. */
function ranges(all: readonly string[]): readonly string[] {
  const padded = new Set(all.filter((digits) => /^0\d/.test(digits)).map(({ length }) => length))
  const classes = Map.groupBy(all, ({ length }) => (padded.has(length) ? length : 0))
  const runs = [...classes.values()].flatMap(runsOf)
  return runs
    .toSorted(([one], [other]) => Number(one) - Number(other) || one.length - other.length)
    .map(([from, to]) => (from === to ? from : `${from}-${to}`))
}

function runsOf(all: readonly string[]): readonly (readonly [string, string])[] {
  const runs: [string, string][] = []
  for (const digits of all.toSorted((one, other) => Number(one) - Number(other))) {
    const last = runs.at(-1)
    if (last !== undefined && Number(digits) === Number(last[1]) + 1) last[1] = digits
    else runs.push([digits, digits])
  }
  return runs
}

/** What stands between commas outside of brackets. */
function parts(text: string): readonly string[] {
  const found = text.match(/(?:[^,[\]]|\[[^[\]]*\])+/g) ?? []
  if (found.join(',') !== text.replace(/,+/g, ',').replace(/^,|,$/g, '')) {
    throw new UsageError(`${text} is no set of nodes: it is like web-[01-20,22],db-1.`)
  }
  return found.map((part) => part.trim()).filter((part) => part !== '')
}

function expand(part: string): readonly string[] {
  let names = ['']
  for (const piece of part.match(/\[[^\]]*\]|[^[]+/g) ?? []) {
    const inner = piece.startsWith('[') ? piece.slice(1, -1).split(',').flatMap(numbers) : [piece]
    if (names.length * inner.length > mostNames) throw tooLarge()
    names = names.flatMap((name) => inner.map((one) => `${name}${one}`))
  }
  return names
}

function numbers(text: string): readonly string[] {
  const [, from = '', to = from] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text.trim()) ?? []
  const count = Number(to) - Number(from) + 1
  if (from === '' || count < 1) throw new UsageError(`[${text}] is no range of numbers: it is like [01-20,22].`)
  if (count > mostNames) throw tooLarge()
  const width = /^0\d/.test(from) ? from.length : 0
  return Array.from({ length: count }, (_, index) => String(Number(from) + index).padStart(width, '0'))
}

function tooLarge(): CliError {
  return new CliError(`A set has ${mostNames} nodes at most.`)
}
