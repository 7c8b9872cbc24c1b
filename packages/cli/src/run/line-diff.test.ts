import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hunks, lineDiff } from './line-diff.ts'

const lines = (text: string) => text.split('')
const said = (from: string, to: string) => lineDiff(lines(from), lines(to))?.map(({ sign, text }) => `${sign}${text}`)

test('a diff takes the fewest edits', () => {
  assert.deepEqual(said('abc', 'abc'), [' a', ' b', ' c'])
  assert.deepEqual(said('abc', 'axc'), [' a', '-b', '+x', ' c'])
  assert.deepEqual(said('', 'ab'), ['+a', '+b'])
  assert.equal(said('abcabba', 'cbabac')?.filter((line) => !line.startsWith(' ')).length, 5)
})

test('a diff leads from the one text to the other', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 })
  fc.assert(
    fc.property(text, text, (from, to) => {
      const diff = lineDiff(from, to) ?? []
      assert.deepEqual(
        diff.flatMap(({ sign, text }) => (sign === '+' ? [] : [text])),
        from,
      )
      assert.deepEqual(
        diff.flatMap(({ sign, text }) => (sign === '-' ? [] : [text])),
        to,
      )
    }),
  )
})

test('texts that have next to nothing in common have no diff', () => {
  const [from, to] = ['x', 'y'].map((sign) => Array.from({ length: 5_000 }, (_, index) => `${sign}${index}`))
  assert.equal(lineDiff(from ?? [], to ?? []), undefined)
})

test('only what is near a change is shown', () => {
  const shown = hunks(lineDiff(lines('abcdefgh'), lines('abcdXfgh')) ?? [], 1)
  assert.deepEqual(
    shown.map((line) => (line === undefined ? '…' : `${line.sign}${line.text}`)),
    ['…', ' d', '-e', '+X', ' f', '…'],
  )
})
