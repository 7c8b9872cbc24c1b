import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LinearPattern, PatternError } from './linear-pattern.ts'

const whole = (source: string, text: string) => new RegExp(`^(?:${source})$`, 'u').test(text)

test("it agrees with the language's own engine on what both know", () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    'é',
    '.',
    '[ab]',
    '[^b]',
    '[a-c-]',
    '\\d',
    '\\W',
    '\\s',
    '\\.',
    '[\\w.]',
    '[c.a-bb-c1]',
    '^',
    '$',
    '\\b',
    '\\B',
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4, withCrossShrink: true }, atom, tie('pair'), tie('choice'), tie('repeat')),
    pair: fc.tuple(tie('tree'), tie('tree')).map((parts) => parts.join('')),
    choice: fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(?:${a}|${b})`),
    repeat: fc
      .tuple(tie('tree'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?'))
      .map(([part, count]) => `(?:${part})${count}`),
  }))
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '.', '-', '1', ' ', '\n', '😀'), maxLength: 8 })
  fc.assert(
    fc.property(tree as fc.Arbitrary<string>, text, (source, value) => {
      assert.equal(new LinearPattern(source).matches(value), whole(source, value))
    }),
    { numRuns: 3000 },
  )
})

test('patterns as documents have them match what they should', () => {
  const port = '^([1-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$'
  const host = '^[^,$^&\\(\\)!;\'"<>`{}\\[\\]\\|#=]{3,}$'
  for (const [source, text, expected] of [
    [port, '1', true],
    [port, '65535', true],
    [port, '65536', false],
    [port, '0', false],
    [host, 'db.internal', true],
    [host, 'a;reboot', false],
    ['(?i)yes|no', 'YES', true],
    ['(?P<word>\\w+)-\\x41', 'web-A', true],
    ['[]a]', ']', true],
    ['a{2,3', 'a{2,3', true],
  ] as const) {
    assert.equal(new LinearPattern(source).matches(text), expected, `${source} on ${text}`)
  }
})

test('what needs to look around, or is no pattern, is refused', () => {
  for (const source of [
    '(?=a)b',
    '(a)\\1',
    'a**',
    '*a',
    '(a',
    'a)',
    '[b-a]',
    '[a',
    'a{3,2}',
    'a{1001}',
    '\\p{L}',
    '\\',
    '(?i:a)',
    '\\x4',
    '(((((a{1000}){9}))))',
    '('.repeat(60),
    'a'.repeat(5000),
  ]) {
    assert.throws(() => new LinearPattern(source), PatternError, source)
  }
})

test('no pattern takes long, however often it could begin anew', () => {
  for (const source of ['(a+)+$', '(a|aa)+', '(a*)*b', '(.*)*x', '(a?){50}a{50}', `${'a*'.repeat(20)}b`]) {
    const begin = performance.now()
    new LinearPattern(source).matches('a'.repeat(20_000))
    assert.ok(performance.now() - begin < 2000, source)
  }
})

test('a class of many ranges takes little longer than one of few', () => {
  const many = Array.from({ length: 1900 }, (_, index) => String.fromCodePoint(0x4e00 + 2 * index)).join('')
  const pattern = new LinearPattern(`([${many}a]*){300}`)
  const begin = performance.now()
  assert.equal(pattern.matches('\u{5cd6}'.repeat(3000)), true)
  assert.equal(pattern.matches('\u{5cd5}'), false)
  assert.ok(performance.now() - begin < 2000)
})

test('a repetition of nothing takes no time, however deep it is', () => {
  const pattern = new LinearPattern(`${'('.repeat(40)}${'){1000}'.repeat(40)}a`)
  assert.equal(pattern.matches('a'), true)
  assert.equal(pattern.matches(''), false)
})
