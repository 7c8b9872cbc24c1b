/** Removed, added, or in both. */
export interface DiffLine {
  readonly sign: '-' | '+' | ' '
  readonly text: string
}

const mostEdits = 100

/**
 * How to come from some lines to others by the fewest edits (Myers, "An O(ND) Difference Algorithm", 1986); undefined when
 * that takes more than a hundred.
 */
export function lineDiff(from: readonly string[], to: readonly string[]): readonly DiffLine[] | undefined {
  // What is the same at the ends costs nothing then.
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start++
  let end = 0
  while (end < Math.min(from.length, to.length) - start && from.at(-1 - end) === to.at(-1 - end)) end++
  const inner = edits(from.slice(start, from.length - end), to.slice(start, to.length - end))
  if (inner === undefined) return undefined
  const same = (lines: readonly string[]) => lines.map((text): DiffLine => ({ sign: ' ', text }))
  return [...same(from.slice(0, start)), ...inner, ...same(from.slice(from.length - end))]
}

/** The diff with so many lines around each change, and a line that is left out in the place of others. */
export function hunks(lines: readonly DiffLine[], context: number): readonly (DiffLine | undefined)[] {
  const shown = new Set<number>()
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue
    for (let near = index - context; near <= index + context; near++) shown.add(near)
  }
  const kept: (DiffLine | undefined)[] = []
  for (const [index, line] of lines.entries()) {
    if (shown.has(index)) kept.push(line)
    else if (kept.length === 0 || kept.at(-1) !== undefined) kept.push(undefined)
  }
  return kept
}

function edits(from: readonly string[], to: readonly string[]): readonly DiffLine[] | undefined {
  const trace: Map<number, number>[] = []
  // The furthest place in `from` on each diagonal.
  const furthest = new Map([[1, 0]])
  for (let count = 0; count <= mostEdits; count++) {
    trace.push(new Map(furthest))
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = stepsDown(furthest, diagonal, count)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1
      while (x < from.length && x - diagonal < to.length && from[x] === to[x - diagonal]) x++
      furthest.set(diagonal, x)
      if (x >= from.length && x - diagonal >= to.length) return walkBack(from, to, trace)
    }
  }
  return undefined
}

function walkBack(
  from: readonly string[],
  to: readonly string[],
  trace: readonly ReadonlyMap<number, number>[],
): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let [x, y] = [from.length, to.length]
  for (let count = trace.length - 1; count >= 0; count--) {
    const furthest = trace[count] ?? new Map<number, number>()
    const diagonal = x - y
    const isDown = stepsDown(furthest, diagonal, count)
    const previous = isDown ? diagonal + 1 : diagonal - 1
    const previousX = furthest.get(previous) ?? 0
    const previousY = previousX - previous
    while (x > previousX && y > previousY && x > 0 && y > 0) {
      x--
      y--
      lines.push({ sign: ' ', text: from[x] ?? '' })
    }
    if (count === 0) break
    lines.push(isDown ? { sign: '+', text: to[previousY] ?? '' } : { sign: '-', text: from[previousX] ?? '' })
    x = previousX
    y = previousY
  }
  return lines.toReversed()
}

function stepsDown(furthest: ReadonlyMap<number, number>, diagonal: number, count: number): boolean {
  if (diagonal === -count) return true
  if (diagonal === count) return false
  return (furthest.get(diagonal - 1) ?? 0) < (furthest.get(diagonal + 1) ?? 0)
}
