/** A pattern that cannot be used; the message says why. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

/** Inclusive ranges of code points, those of a set in their order and apart from each other. */
export type CodeRanges = readonly (readonly [from: number, to: number])[]

export type PatternNode =
  | { readonly kind: 'set'; readonly ranges: CodeRanges; readonly negated: boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly least: number; readonly most: number }
  | { readonly kind: 'edge'; readonly edge: 'start' | 'end' | 'word' | 'not-word' }

const longestSource = 4096
const deepestGroup = 50
/** Go's own limit of a counted repetition. */
const mostRepeats = 1000

const digits: CodeRanges = [[48, 57]]
export const wordRanges: CodeRanges = [...digits, [65, 90], [95, 95], [97, 122]]
const spaces: CodeRanges = [
  [9, 10],
  [12, 13],
  [32, 32],
]

/** @throws {PatternError} */
export function parsePattern(source: string): PatternNode {
  if (source.length > longestSource) throw new PatternError(`it is longer than ${longestSource} characters`)
  const ignoreCase = source.startsWith('(?i)')
  return new Parser(ignoreCase ? source.slice('(?i)'.length) : source, ignoreCase).parse()
}

/** Recursive descent over the source; one method per rule of the grammar. */
class Parser {
  readonly #chars: readonly string[]
  readonly #ignoreCase: boolean
  #at = 0
  #depth = 0

  constructor(source: string, ignoreCase: boolean) {
    this.#chars = Array.from(source)
    this.#ignoreCase = ignoreCase
  }

  parse(): PatternNode {
    const node = this.#choice()
    if (this.#at < this.#chars.length) throw new PatternError('there is a ) without its (')
    return node
  }

  #choice(): PatternNode {
    const parts = [this.#sequence()]
    while (this.#take('|')) parts.push(this.#sequence())
    const [only] = parts
    return parts.length === 1 && only ? only : { kind: 'choice', parts }
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = []
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      parts.push(this.#repeated())
    }
    return { kind: 'sequence', parts }
  }

  #repeated(): PatternNode {
    const part = this.#single()
    const count = this.#count()
    if (!count) return part
    // Lazy or greedy: whether the whole text matches is the same.
    this.#take('?')
    if (this.#count()) throw new PatternError('a repetition is repeated: put it in a group')
    return { kind: 'repeat', part, ...count }
  }

  #count(): { least: number; most: number } | undefined {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY }
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY }
    if (this.#take('?')) return { least: 0, most: 1 }
    const counted = /^\{(\d{1,6})(,(\d{0,6}))?\}/.exec(this.#chars.slice(this.#at, this.#at + 16).join(''))
    if (!counted) return undefined
    const [all, from, range, to] = counted
    const least = Number(from)
    const most = range === undefined ? least : to ? Number(to) : Number.POSITIVE_INFINITY
    if (least > mostRepeats || (most !== Number.POSITIVE_INFINITY && most > mostRepeats) || most < least) {
      throw new PatternError(`the repetition ${all} is not within 0 and ${mostRepeats}`)
    }
    this.#at += all.length
    return { least, most }
  }

  #single(): PatternNode {
    const char = this.#next()
    switch (char) {
      case '(':
        return this.#group()
      case '[':
        return this.#class()
      case '.':
        return { kind: 'set', ranges: [[10, 10]], negated: true }
      case '^':
        return { kind: 'edge', edge: 'start' }
      case '$':
        return { kind: 'edge', edge: 'end' }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        throw new PatternError(`there is nothing before ${char} to repeat`)
      default:
        return this.#literal(char)
    }
  }

  #group(): PatternNode {
    if (this.#take('?') && !this.#take(':')) {
      const named = /^P?<[A-Za-z_]\w{0,63}>/.exec(this.#chars.slice(this.#at, this.#at + 70).join(''))
      if (!named) throw new PatternError('groups that begin with (? and look around or set flags are not supported')
      this.#at += named[0].length
    }
    if (++this.#depth > deepestGroup) throw new PatternError(`groups are nested deeper than ${deepestGroup}`)
    const inner = this.#choice()
    if (!this.#take(')')) throw new PatternError('there is a ( without its )')
    this.#depth--
    return inner
  }

  #escape(): PatternNode {
    const char = this.#next()
    if (char === 'b') return { kind: 'edge', edge: 'word' }
    if (char === 'B') return { kind: 'edge', edge: 'not-word' }
    if (char === 'A') return { kind: 'edge', edge: 'start' }
    if (char === 'z') return { kind: 'edge', edge: 'end' }
    const named = classOf(char)
    if (named) return { kind: 'set', ...named }
    return this.#literal(this.#escaped(char))
  }

  #class(): PatternNode {
    const negated = this.#take('^')
    const ranges: (readonly [number, number])[] = []
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      const from = this.#member(ranges)
      if (from === undefined) continue
      if (this.#peek() !== '-' || this.#chars[this.#at + 1] === ']') {
        ranges.push([from, from])
        continue
      }
      this.#at++
      const to = this.#member(ranges)
      if (to === undefined || to < from) throw new PatternError('a range in [ ] is out of order')
      ranges.push([from, to])
    }
    this.#at++
    return { kind: 'set', ranges: inOrder(this.#ignoreCase ? withBothCases(ranges) : ranges), negated }
  }

  /** One code point of a class, or undefined when it was a class of its own such as \d. */
  #member(ranges: (readonly [number, number])[]): number | undefined {
    const char = this.#next()
    if (char === '[' && this.#peek() === ':') throw new PatternError('classes such as [:alpha:] are not supported')
    if (char !== '\\') return codeOf(char)
    const escaped = this.#next()
    const named = classOf(escaped)
    if (!named) return codeOf(this.#escaped(escaped))
    ranges.push(...(named.negated ? complement(named.ranges) : named.ranges))
    return undefined
  }

  #escaped(char: string): string {
    const control = controls[char]
    if (control !== undefined) return control
    if (char === 'x' || char === 'u') return this.#hexadecimal(char === 'x' ? 2 : 4)
    if (/[A-Za-z0-9]/.test(char)) throw new PatternError(`\\${char} is not supported`)
    return char
  }

  #hexadecimal(length: number): string {
    const text = this.#chars.slice(this.#at, this.#at + length).join('')
    if (text.length !== length || !/^[0-9A-Fa-f]+$/.test(text)) throw new PatternError('an escape lacks its digits')
    this.#at += length
    return String.fromCodePoint(Number.parseInt(text, 16))
  }

  #literal(char: string): PatternNode {
    const code = codeOf(char)
    const ranges: CodeRanges = [[code, code]]
    return { kind: 'set', ranges: inOrder(this.#ignoreCase ? withBothCases(ranges) : ranges), negated: false }
  }

  #peek(): string | undefined {
    return this.#chars[this.#at]
  }

  #take(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false
    this.#at++
    return true
  }

  #next(): string {
    const char = this.#chars[this.#at++]
    if (char === undefined) throw new PatternError('it ends too early')
    return char
  }
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v' }

function classOf(char: string): { ranges: CodeRanges; negated: boolean } | undefined {
  const ranges = { d: digits, w: wordRanges, s: spaces }[char.toLowerCase()]
  return ranges && { ranges, negated: char !== char.toLowerCase() }
}

function complement(ranges: CodeRanges): CodeRanges {
  const rest: (readonly [number, number])[] = []
  let from = 0
  for (const [start, end] of [...ranges].sort(([a], [b]) => a - b)) {
    if (start > from) rest.push([from, start - 1])
    from = Math.max(from, end + 1)
  }
  return [...rest, [from, 0x10ffff]]
}

/** Ranges that overlap become one. */
function inOrder(ranges: CodeRanges): CodeRanges {
  const apart: [number, number][] = []
  for (const [from, to] of [...ranges].sort(([a], [b]) => a - b)) {
    const last = apart.at(-1)
    if (last === undefined || from > last[1]) apart.push([from, to])
    else last[1] = Math.max(last[1], to)
  }
  return apart
}

/** Letters of ASCII in the other case too. */
function withBothCases(ranges: CodeRanges): CodeRanges {
  const others = ranges.flatMap(([from, to]) => [
    ...overlap(from, to, 65, 90).map(([a, b]) => [a + 32, b + 32] as const),
    ...overlap(from, to, 97, 122).map(([a, b]) => [a - 32, b - 32] as const),
  ])
  return [...ranges, ...others]
}

function overlap(from: number, to: number, least: number, most: number): CodeRanges {
  const start = Math.max(from, least)
  const end = Math.min(to, most)
  return start <= end ? [[start, end]] : []
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0
}
