import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { naturally } from './natural-order.ts'

test('names are in the order that people count in', () => {
  const sorted = [
    ...['', '-b', '_b', '7', '07a', 'db-1', 'DB-2', 'db-10', 'web', 'web-1', 'web-01', 'web-2', 'web-2-1'],
    ...['web-2-10', 'web-10', 'weba', 'zürich-1', 'über'],
  ].toReversed()
  assert.deepEqual(sorted.toSorted(naturally), [
    ...['', '-b', '_b', '7', '07a', 'db-1', 'DB-2', 'db-10', 'web', 'web-01', 'web-1', 'web-2', 'web-2-1'],
    ...['web-2-10', 'web-10', 'weba', 'zürich-1', 'über'],
  ])
})

test('the digits of node ids are no numbers', () => {
  assert.ok(naturally('mi-0a000000000000010', 'mi-0a000000000000009') > 0)
  assert.ok(naturally('mi-10000000000000000', 'mi-9a000000000000000') < 0)
})

test('it is one order: of two names one is first, whichever way they are asked, and three are in a row', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '-', '_', '0', '1', '2', 'ü'), maxLength: 6 })
  fc.assert(
    fc.property(name, name, name, (one, two, three) => {
      assert.equal(Math.sign(naturally(one, two)) + Math.sign(naturally(two, one)), 0)
      assert.equal(naturally(one, two) === 0, one === two)
      if (naturally(one, two) < 0 && naturally(two, three) < 0) assert.ok(naturally(one, three) < 0)
    }),
  )
})
