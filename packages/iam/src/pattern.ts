import { compileBits } from './pattern-bits.ts'
import { anyOne, anyRun, type FixedPart } from './template.ts'

export type TextMatcher = (text: string) => boolean

const patience = 8

/**
 * Compiles a wildcard pattern. The common shapes (`*`, exact text, `prefix*`) are one comparison; the rest go
 * through `matchesCodes`, and what that gives up through `compileBits`. No regular expressions: a translation to them backtracks, and seven stars against sixty
 * characters would hold the server for seconds.
 */
export function compilePattern(parts: readonly FixedPart[]): TextMatcher {
  const [first, second, ...rest] = joined(parts)
  if (first === undefined) return (text) => text === ''
  if (first === anyRun && second === undefined) return () => true
  if (typeof first === 'string' && second === undefined) return (text) => text === first
  if (typeof first === 'string' && second === anyRun && rest.length === 0) return (text) => text.startsWith(first)
  const codes = codesOf(parts)
  let bits: TextMatcher | undefined
  return (text) => {
    const quick = matchesCodes(codes, text)
    if (quick !== undefined) return quick
    bits ??= compileBits(parts)
    return bits(text)
  }
}

/** Neighbouring texts become one text, neighbouring stars one star. */
function joined(parts: readonly FixedPart[]): readonly FixedPart[] {
  const out: FixedPart[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (part === '' || (part === anyRun && last === anyRun)) continue
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part
    else out.push(part)
  }
  return out
}

/** A pattern as code units, with `anyRun` and `anyOne` as negative numbers among them. */
export function codesOf(parts: readonly FixedPart[]): readonly number[] {
  const codes: number[] = []
  for (const part of joined(parts)) {
    if (typeof part === 'number') codes.push(part)
    else for (let at = 0; at < part.length; at++) codes.push(part.charCodeAt(at))
  }
  return codes
}

/**
 * The two-pointer matcher. On a mismatch it returns to the latest star only, since an earlier one could do no
 * better. Real patterns take about one step a character; a long stretch that repeats itself (`*aaa…b`) can be made
 * to take one for each pair of characters, so after `patience` steps a character it answers undefined.
 * `?` takes a whole character, also one that UTF-16 spells in two units.
 */
export function matchesCodes(
  codes: readonly number[],
  text: Pick<string, 'length' | 'charCodeAt'>,
): boolean | undefined {
  const length = text.length
  let steps = patience * (length + codes.length)
  let at = 0
  let want = 0
  let star = -1
  let resume = 0
  while (at < length) {
    if (steps-- === 0) return undefined
    const code = codes[want]
    if (code === anyRun) {
      star = want++
      resume = at
      if (want === codes.length) return true
    } else if (code === anyOne) {
      at += isPair(text, at) ? 2 : 1
      want++
    } else if (code === text.charCodeAt(at)) {
      at++
      want++
    } else if (star === -1) {
      return false
    } else {
      want = star + 1
      resume += isPair(text, resume) ? 2 : 1
      at = resume
    }
  }
  while (codes[want] === anyRun) want++
  return want === codes.length
}

function isPair(text: Pick<string, 'length' | 'charCodeAt'>, at: number): boolean {
  if (at + 1 >= text.length || (text.charCodeAt(at) & 0xfc00) !== 0xd800) return false
  return (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
}
