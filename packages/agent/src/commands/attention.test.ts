import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { Attention } from './attention.ts'

const hour = 3_600_000

/** Watches something that never ends by itself; answers after how long it was stopped. */
function stoppedAfter(sinceAgo: number, limitMs: number, setBy = 0): number | undefined {
  const hand = new ManualClock()
  const now = () => hand.now().getTime()
  const began = hand.ticks()
  let stoppedAt: number | undefined
  const attention = new Attention({ now, ticks: () => hand.ticks(), after: (ms, act) => hand.after(ms, act) })
  const since = now() - sinceAgo
  const kill = () => {
    stoppedAt ??= hand.ticks()
  }
  void attention.watch({ outcome: new Promise(() => undefined), kill, leave() {} }, since, limitMs)
  hand.set(setBy)
  hand.advance(3 * hour)
  return stoppedAt === undefined ? undefined : stoppedAt - began
}

test('a step is stopped when its time is up, whoever sets the clock meanwhile', () => {
  assert.equal(stoppedAfter(0, 60_000), 60_000)
  assert.equal(stoppedAfter(0, 60_000, hour), 60_000)
  assert.equal(stoppedAfter(0, 60_000, -hour), 60_000)
})

test('what an earlier agent began has the rest of its time', () => {
  assert.equal(stoppedAfter(20_000, 60_000), 40_000)
  assert.equal(stoppedAfter(2 * hour, 60_000), 0)
})

test('a clock that was set back while no agent was there gives a step its whole time, and no more', () => {
  assert.equal(stoppedAfter(-hour, 60_000), 60_000)
})
