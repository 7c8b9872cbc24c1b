import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { splitWords, WordsError } from './words.ts'

test('quotes and backslashes keep words together, and nothing else is special', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    '': [],
    '  ls   -l\t/tmp ': ['ls', '-l', '/tmp'],
    [`sh -c 'echo "a b"'`]: ['sh', '-c', 'echo "a b"'],
    [`"a \\"b\\" \\x"c`]: ['a "b" \\xc'],
    [`a\\ b '' ""`]: ['a b', '', ''],
    'echo $HOME | cat *': ['echo', '$HOME', '|', 'cat', '*'],
  }
  for (const [line, words] of Object.entries(cases)) assert.deepEqual(splitWords(line), words, line)
})

test('a quote that is never closed is refused', () => {
  for (const line of [`echo "a`, `it's`]) assert.throws(() => splitWords(line), WordsError)
})

test('any words that are quoted come back as they were', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      const line = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
      assert.deepEqual(splitWords(line), words)
    }),
  )
})
