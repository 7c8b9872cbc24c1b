import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { Sweep } from './sweep.ts'

function given(rounds: readonly (() => Promise<void>)[]) {
  const clock = new ManualClock()
  const told: string[] = []
  let begun = 0
  const log = { error: (_: object, message: string) => void told.push(message) }
  const round = async () => await rounds[begun++]?.()
  const sweep = new Sweep({ clock, log, everyMs: 1_000, what: 'things', round })
  const pass = async (ms: number) => {
    clock.advance(ms)
    await setImmediate()
  }
  return { sweep, told, pass, begun: () => begun }
}

const well = () => Promise.resolve()
const badly = () => Promise.reject(new Error('disk'))

test('rounds follow one another, and one that fails is told and keeps none from being tried', async () => {
  const { sweep, told, pass, begun } = given([badly, well, well])

  sweep.start()
  await pass(0)
  assert.deepEqual(told, ['the sweep of things failed; it runs again'])
  await pass(999)
  assert.equal(begun(), 1)
  await pass(1)
  await pass(1_000)

  assert.equal(begun(), 3)
  assert.equal(told.length, 1)
})

test('what is closed waits for its round, tells nothing of it and begins no other', async () => {
  const held = Promise.withResolvers<void>()
  const { sweep, told, pass, begun } = given([() => held.promise, well])
  sweep.start()
  let isClosed = false
  const closing = sweep.close().then(() => {
    isClosed = true
  })
  await pass(5_000)
  assert.deepEqual([sweep.isClosed, isClosed], [true, false])

  held.reject(new Error('closed'))
  await closing
  await pass(5_000)

  assert.deepEqual([begun(), told], [1, []])
})
