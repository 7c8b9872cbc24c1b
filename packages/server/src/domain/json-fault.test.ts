import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonFault } from './json-fault.ts'

test('a fault is found where it is', () => {
  const cases: readonly [text: string, line: number, column: number][] = [
    ['{\n"a": }', 2, 6],
    ['schemaVersion', 1, 1],
    ['{"a": 1,}', 1, 9],
    ['{"a": [1, 2,, 3]}', 1, 13],
    ['{"a": tru}', 1, 10],
    ["{'a': 1}", 1, 2],
    ['{"a": "b\nc"}', 1, 9],
    ['{"a": "\\x"}', 1, 9],
    ['{"a": 1} x', 1, 10],
    ['{"a": 1', 1, 8],
    ['', 1, 1],
  ]
  for (const [text, line, column] of cases) assert.deepEqual(jsonFault(text), { line, column }, text)
})

test('a stray character is found in any document', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), (value, at) => {
      const text = JSON.stringify([value, value], null, 1)
      // Between two members nothing but a comma could be.
      const index = text.indexOf('\n', at % text.length)
      if (index === -1) return
      const { line } = jsonFault(`${text.slice(0, index + 1)}@${text.slice(index + 1)}`)
      assert.equal(line, text.slice(0, index + 1).split('\n').length)
    }),
    { numRuns: 200 },
  )
})
