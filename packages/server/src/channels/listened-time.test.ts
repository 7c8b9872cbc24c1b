import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ListenedTime } from './listened-time.ts'

test('time runs on from look to look, and stands still from when one is due until it comes', () => {
  let ticks = 7_000
  const listened = new ListenedTime(() => ticks, 5_000)
  const seen = [listened.now()]
  const pass = (ms: number) => {
    ticks += ms
    seen.push(listened.now())
  }
  pass(3_000)
  pass(2_000)
  listened.look()
  pass(5_000)
  pass(60_000)
  listened.look()
  pass(0)
  pass(4_000)
  listened.look()
  pass(1_000)
  assert.deepEqual(seen, [7_000, 10_000, 12_000, 17_000, 17_000, 17_000, 21_000, 22_000])
})
