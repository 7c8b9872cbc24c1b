import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concurrencyOf, stoppedByErrors, windowAfter } from './rate-control.ts'

test('ten per cent of fifty stops at the sixth error', () => {
  assert.equal(stoppedByErrors('10%', 50, 5), false)
  assert.equal(stoppedByErrors('10%', 50, 6), true)
})

test('MaxErrors 0 stops at the first error', () => {
  assert.equal(stoppedByErrors('0', 50, 0), false)
  assert.equal(stoppedByErrors('0', 50, 1), true)
})

test('a small percentage of few nodes still lets one node have it', () => {
  assert.equal(concurrencyOf('1%', 3), 1)
  assert.equal(concurrencyOf('50%', 10), 5)
  assert.equal(concurrencyOf('7', 100), 7)
})

test('the window doubles with what has run, and never passes MaxConcurrency', () => {
  const windows = Array.from({ length: 17 }, (_, ran) => windowAfter(ran, 10))
  assert.deepEqual(windows, [1, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 10, 10])
})
