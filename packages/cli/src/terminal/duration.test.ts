import assert from 'node:assert/strict'
import { test } from 'node:test'
import { duration } from './duration.ts'

test('a time is told in the unit that fits it', () => {
  assert.deepEqual([0, 38.4, 999, 999.6, 1449, 59_949, 59_951, 125_000].map(duration), [
    '0 ms',
    '38 ms',
    '999 ms',
    '1.0 s',
    '1.4 s',
    '59.9 s',
    '1 min 0 s',
    '2 min 5 s',
  ])
})
