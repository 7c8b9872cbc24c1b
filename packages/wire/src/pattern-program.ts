import { type CodeRanges, PatternError, type PatternNode, wordRanges } from './pattern-syntax.ts'

/** One step of a matcher that is in many places at once. Places are indexes of the program. */
type Step =
  | { readonly kind: 'set'; readonly ranges: CodeRanges; readonly negated: boolean }
  | { readonly kind: 'edge'; readonly edge: 'start' | 'end' | 'word' | 'not-word' }
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'match' }

export type Program = readonly Step[]

const longestProgram = 2000

/**
 * Thompson's construction (1968): every repetition is written out, so that a place knows nothing of its past.
 *
 * @throws {PatternError} when it grows too long
 */
export function compileProgram(tree: PatternNode): Program {
  const steps: Step[] = []
  emit(tree, steps)
  push(steps, { kind: 'match' })
  return steps
}

function push<Pushed extends Step>(steps: Step[], step: Pushed): Pushed {
  if (steps.length >= longestProgram) throw new PatternError('it is too large: its repetitions add up')
  steps.push(step)
  return step
}

function emit(node: PatternNode, steps: Step[]): void {
  switch (node.kind) {
    case 'set':
    case 'edge':
      push(steps, node)
      return
    case 'sequence':
      for (const part of node.parts) emit(part, steps)
      return
    case 'choice':
      emitChoice(node.parts, steps)
      return
    case 'repeat':
      emitRepeat(node, steps)
  }
}

function emitChoice(parts: readonly PatternNode[], steps: Step[]): void {
  const jumps: { to: number }[] = []
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1) {
      emit(part, steps)
      break
    }
    const split = push(steps, { kind: 'split', first: steps.length + 1, second: 0 })
    emit(part, steps)
    jumps.push(push(steps, { kind: 'jump', to: 0 }))
    split.second = steps.length
  }
  for (const jump of jumps) jump.to = steps.length
}

function emitRepeat({ part, least, most }: PatternNode & { kind: 'repeat' }, steps: Step[]): void {
  for (let times = 0; times < least; times++) {
    const before = steps.length
    emit(part, steps)
    // What takes no step adds nothing however often; written out, groups of it would take for ever and never grow too long.
    if (steps.length === before) return
  }
  if (most === Number.POSITIVE_INFINITY) {
    const start = steps.length
    const split = push(steps, { kind: 'split', first: start + 1, second: 0 })
    emit(part, steps)
    push(steps, { kind: 'jump', to: start })
    split.second = steps.length
    return
  }
  const splits: { second: number }[] = []
  for (let times = least; times < most; times++) {
    splits.push(push(steps, { kind: 'split', first: steps.length + 1, second: 0 }))
    emit(part, steps)
  }
  for (const split of splits) split.second = steps.length
}

/** Whether the whole text matches. Every place is entered once per character at most. */
export function runProgram(program: Program, text: string): boolean {
  const codes = Array.from(text, (char) => char.codePointAt(0) ?? 0)
  // The character at which a place was last entered, so that it is entered once.
  const entered = new Int32Array(program.length).fill(-1)
  let places = enter(program, [0], codes, 0, entered)
  for (const [index, code] of codes.entries()) {
    const next: number[] = []
    for (const place of places) {
      const step = program[place]
      if (step?.kind === 'set' && isIn(step.ranges, code) !== step.negated) next.push(place + 1)
    }
    if (next.length === 0) return false
    places = enter(program, next, codes, index + 1, entered)
  }
  return places.some((place) => program[place]?.kind === 'match')
}

/** Follows whatever takes no character. */
function enter(
  program: Program,
  starts: readonly number[],
  codes: readonly number[],
  at: number,
  entered: Int32Array,
): number[] {
  const places: number[] = []
  const waiting = [...starts]
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (entered[place] === at) continue
    entered[place] = at
    const step = program[place]
    if (step?.kind === 'jump') waiting.push(step.to)
    else if (step?.kind === 'split') waiting.push(step.second, step.first)
    else if (step?.kind === 'edge') {
      if (isAtEdge(step.edge, codes, at)) waiting.push(place + 1)
    } else places.push(place)
  }
  return places
}

function isAtEdge(edge: 'start' | 'end' | 'word' | 'not-word', codes: readonly number[], at: number): boolean {
  if (edge === 'start') return at === 0
  if (edge === 'end') return at === codes.length
  const isWordEdge = isWord(codes[at - 1]) !== isWord(codes[at])
  return isWordEdge === (edge === 'word')
}

function isWord(code: number | undefined): boolean {
  return code !== undefined && isIn(wordRanges, code)
}

/** By halves: a class may have thousands of ranges, and every place asks at every character. */
function isIn(ranges: CodeRanges, code: number): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    const [from, to] = ranges[middle] ?? [0, 0]
    if (code < from) high = middle
    else if (code > to) low = middle + 1
    else return true
  }
  return false
}
