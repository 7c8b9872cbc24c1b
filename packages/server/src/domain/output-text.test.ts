import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elapsed } from './elapsed.ts'
import { cut, outputCharacters, together } from './output-text.ts'

test('what fits is left as it is', () => assert.equal(cut('abc', 3), 'abc'))

test('what does not fit is cut to the very length, with a mark', () => {
  const text = cut('x'.repeat(24_001), 24_000)
  assert.equal(text.length, 24_000)
  assert.match(text, /x--output truncated--$/)
})

test('no character is cut in two', () => {
  const text = cut(`${'x'.repeat(79)}${'😀'.repeat(30)}`, 100)
  assert.equal(text, `${'x'.repeat(79)}--output truncated--`)
  assert.ok(text.isWellFormed())
})

test('both streams in one fit together, and errors are not pushed out by output', () => {
  const both = together('o'.repeat(9_000), 'e'.repeat(9_000))
  assert.ok(both.length <= outputCharacters)
  assert.match(both, /o--output truncated--\n-{10}ERROR-{7}\ne+/)
  assert.equal(together('out', 'err'), 'out\n----------ERROR-------\nerr')
  assert.equal(together('out', ''), 'out')
})

test('durations are written as AWS writes them', () => {
  const from = new Date(0)
  const cases = { 0: 'PT0S', 5: 'PT0.005S', 1500: 'PT1.5S', 62003: 'PT1M2.003S', 60000: 'PT1M', 93600000: 'PT26H' }
  for (const [ms, text] of Object.entries(cases)) assert.equal(elapsed(from, new Date(Number(ms))), text)
  assert.equal(elapsed(new Date(5), from), 'PT0S')
})
