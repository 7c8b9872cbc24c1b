import assert from 'node:assert/strict'
import { test } from 'node:test'
import { given } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { StoreUnavailable } from '../store/database.ts'
import { Health } from './health.ts'

function openHealth(probe: () => Promise<void>, complaints: readonly string[] = []) {
  const clock = new ManualClock()
  const health = new Health({ clock, probe, complaints: () => complaints })
  health.ready()
  return { clock, health }
}

test('health is asked for with GET and HEAD, and by nobody in particular', async (t) => {
  const { url } = await given(t)

  const got = await fetch(`${url}/healthz`)
  const headed = await fetch(`${url}/healthz`, { method: 'HEAD' })

  assert.deepEqual([got.status, await got.text()], [200, 'ready\n'])
  assert.deepEqual([headed.status, await headed.text()], [200, ''])
})

test('a server that has not started, or stops, is not well', async () => {
  const health = new Health({ clock: new ManualClock(), probe: async () => {}, complaints: () => [] })

  assert.deepEqual(await health.report(), { isWell: false, text: 'starting\n' })
  health.stopping()
  assert.deepEqual(await health.report(), { isWell: false, text: 'stopping\n' })
})

test('a store that cannot write makes the server unwell, until it can again', async () => {
  let error: Error | undefined = new StoreUnavailable('The disk of the data directory is full')
  const { clock, health } = openHealth(() => (error === undefined ? Promise.resolve() : Promise.reject(error)))

  assert.deepEqual(await health.report(), {
    isWell: false,
    text: 'unavailable\nThe disk of the data directory is full\n',
  })
  error = undefined
  clock.advance(6_000)
  assert.deepEqual(await health.report(), { isWell: true, text: 'ready\n' })
})

test('what a store says of its own faults is not told to strangers', async () => {
  const { health } = openHealth(() => Promise.reject(new Error('SELECT secret')))

  assert.deepEqual(await health.report(), { isWell: false, text: 'unavailable\nthe store fails\n' })
})

test('a store that hangs makes the server unwell after two seconds', async () => {
  const { clock, health } = openHealth(() => new Promise(() => {}))

  const report = health.report()
  clock.advance(2_000)

  assert.deepEqual(await report, { isWell: false, text: 'unavailable\nthe store has not answered for 2 s\n' })
})

test('many who ask cost one look at the store in five seconds', async () => {
  let looks = 0
  const { clock, health } = openHealth(async () => {
    looks++
  })

  await Promise.all(Array.from({ length: 50 }, () => health.report()))
  clock.advance(4_000)
  await health.report()
  assert.equal(looks, 1)
  clock.advance(2_000)
  await health.report()
  assert.equal(looks, 2)
})

test('a writer that died stays told, and an audit that fails is told by a server that is well', async () => {
  const { health } = openHealth(async () => {}, ['the audit cannot be written'])

  assert.deepEqual(await health.report(), { isWell: true, text: 'ready\nthe audit cannot be written\n' })
  health.failed('The database writer has stopped')
  assert.equal((await health.report()).isWell, false)
})
