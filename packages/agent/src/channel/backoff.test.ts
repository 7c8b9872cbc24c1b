import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { usualTimings } from '../config.ts'
import { backoffMs } from './backoff.ts'

const capMs = usualTimings.reconnectCapMs

test('the first tries come within 0.25, 0.5, 1 and 2 seconds', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((attempt) => backoffMs(attempt, capMs, 1)),
    [250, 500, 1_000, 2_000],
  )
})

test('no wait is longer than the cap, and any wait up to the limit is possible', () => {
  fc.assert(
    fc.property(
      fc.nat(5_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => backoffMs(attempt, capMs, random) <= capMs,
    ),
  )
  assert.equal(backoffMs(50, capMs, 0), 0)
  assert.equal(backoffMs(50, capMs, 1), capMs)
})

test('10,000 nodes that lost their server for long are all back within 60 seconds, and never come as one', () => {
  const returnedAt = 300_000
  const random = numbers(17)
  const arrivals = Array.from({ length: 10_000 }, () => {
    let at = 0
    for (let attempt = 0; at < returnedAt; attempt++) at += backoffMs(attempt, capMs, random())
    return (at - returnedAt) / 1000
  }).sort((one, other) => one - other)

  for (let second = 0; second <= 60; second++) {
    const inSecond = arrivals.filter((at) => at >= second && at < second + 1).length
    assert.ok(inSecond <= 1_100, `${inSecond} came in second ${second}`)
  }
  // A server that opens 430 channels a second, one after the other.
  let freeAt = 0
  let longestWait = 0
  for (const at of arrivals) {
    freeAt = Math.max(freeAt, at) + 1 / 430
    longestWait = Math.max(longestWait, freeAt - at)
  }
  assert.ok(longestWait < 15, `a try took ${longestWait} s`)
  assert.ok(freeAt < 60, `the last was back after ${freeAt} s`)
})

/** The same numbers from 0 to 1 every time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
