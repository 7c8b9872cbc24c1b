import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { backoffMs } from './backoff.ts'

test('the first try comes within a second', () => {
  assert.ok(backoffMs(0, 60_000, 1) < 1_000)
})

test('no wait is longer than the cap, and any wait up to the limit is possible', () => {
  fc.assert(
    fc.property(
      fc.nat(5_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => backoffMs(attempt, 60_000, random) <= 60_000,
    ),
  )
  assert.equal(backoffMs(50, 60_000, 0), 0)
  assert.equal(backoffMs(50, 60_000, 1), 60_000)
})
