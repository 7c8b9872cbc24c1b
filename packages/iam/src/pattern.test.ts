import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codesOf, compilePattern, matchesCodes } from './pattern.ts'
import { compileBits } from './pattern-bits.ts'
import { type FixedPart, isFixed, readTemplate } from './template.ts'

function parts(pattern: string): readonly FixedPart[] {
  const template = readTemplate(pattern, { wildcards: true, variables: false })
  assert.ok(isFixed(template))
  return template
}

// As plain as it can be said, and exponential.
function oracle(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '*') return oracle(rest, text) || (text.length > 0 && oracle(pattern, text.slice(1)))
  return text.length > 0 && (first === '?' || first === text[0]) && oracle(rest, text.slice(1))
}

const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '𝄞'), maxLength: 8 })
const text = fc.string({ unit: fc.constantFrom('a', 'b', '𝄞', '😀'), maxLength: 10 })

test('a pattern matches what the plainest matcher says it matches', () => {
  fc.assert(
    fc.property(pattern, text, (wanted, given) => {
      assert.equal(compilePattern(parts(wanted))(given), oracle([...wanted], [...given]))
    }),
    { numRuns: 2_000 },
  )
})

test('the matcher for hostile patterns agrees with it', () => {
  fc.assert(
    fc.property(pattern, text, (wanted, given) => {
      assert.equal(compileBits(parts(wanted))(given), oracle([...wanted], [...given]))
    }),
    { numRuns: 2_000 },
  )
})

test('the matcher for hostile patterns carries over the border of its words', () => {
  for (const length of [30, 31, 32, 33, 63, 64, 65, 200]) {
    const matches = compileBits(parts(`*${'a'.repeat(length)}?*`))

    assert.equal(matches(`b${'a'.repeat(length)}c`), true, `${length}`)
    assert.equal(matches(`b${'a'.repeat(length - 1)}c`), false, `${length}`)
  }
})

test('a question mark takes a character that is two code units', () => {
  assert.equal(compilePattern(parts('a?b'))('a😀b'), true)
  assert.equal(compilePattern(parts('a??b'))('a😀b'), false)
})

test('no pattern takes more steps than a few for each character', () => {
  const hostile = [
    'a*'.repeat(20),
    `${'*a'.repeat(20)}b`,
    `*${'a'.repeat(1_000)}b`,
    `*${'?'.repeat(500)}b`,
    '*?'.repeat(300),
  ]
  for (const one of hostile) {
    let steps = 0
    const subject = 'a'.repeat(2_000)
    const counted = {
      length: subject.length,
      charCodeAt(at: number) {
        steps++
        return subject.charCodeAt(at)
      },
    }

    matchesCodes(codesOf(parts(one)), counted)

    assert.ok(steps <= 24 * (subject.length + one.length), `${one.slice(0, 20)}: ${steps} steps`)
  }
})

test('a hostile pattern still gets the right answer', () => {
  const matches = compilePattern(parts(`*${'a'.repeat(1_000)}b`))

  assert.equal(matches('a'.repeat(2_000)), false)
  assert.equal(matches(`${'a'.repeat(2_000)}b`), true)
})
