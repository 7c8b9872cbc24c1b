import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../../testkit/src/manual-clock.ts'
import { dispatcherWorld, reply } from './testing/dispatcher-world.ts'

const hour = 60 * 60_000
const long = { timeoutSeconds: 48 * 3_600, executionTimeoutSeconds: 48 * 3_600 }
const given = async (t: TestContext) => {
  const clock = new ManualClock()
  return { clock, world: await dispatcherWorld(t, clock) }
}

for (const hours of [1, -1]) {
  const set = hours > 0 ? 'set forward' : 'set back'

  test(`a job that nobody heard is handed over again in its time when the clock is ${set} meanwhile`, async (t) => {
    const { world, clock } = await given(t)
    await world.connect('mi-1')
    await world.send(['mi-1'], long)
    world.links.take()
    clock.set(hours * hour)
    await world.pass(2)
    assert.deepEqual(world.links.take(), [])
    await world.pass(1)
    assert.deepEqual(world.links.take(), ['mi-1'])
  })

  test(`a full agent is tried again in its time when the clock is ${set} meanwhile`, async (t) => {
    const { world, clock } = await given(t)
    await world.connect('mi-1')
    const commandId = await world.send(['mi-1'], long)
    await world.acknowledge(commandId, 'mi-1', '51402')
    world.links.take()
    clock.set(hours * hour)
    await world.pass(2)
    assert.deepEqual(world.links.take(), [])
    await world.pass(1)
    assert.deepEqual(world.links.take(), ['mi-1'])
  })

  test(`a poll that took a job keeps its place for its time when the clock is ${set} meanwhile`, async (t) => {
    const { world, clock } = await given(t)
    const commandId = await world.send(['mi-1', 'mi-2'], { ...long, maxConcurrency: '1' })
    assert.equal((await world.reports.nextJobs('mi-1', 10)).length, 1)
    clock.set(hours * hour)
    await world.pass(59)
    assert.equal((await world.reports.nextJobs('mi-2', 10)).length, 0)
    await world.pass(2)
    assert.equal((await world.reports.nextJobs('mi-2', 10)).length, 1)
    assert.equal(await world.details(commandId, 'mi-1'), 'Pending')
  })

  test(`a ramp goes on as it was when the clock is ${set} in the middle: nothing starts twice or is timed out`, async (t) => {
    const { world, clock } = await given(t)
    const nodes = Array.from({ length: 12 }, (_, index) => `mi-${index + 1}`)
    await world.connect(...nodes)
    const commandId = await world.send(nodes, { ...long, maxConcurrency: '4' })
    const batches: number[] = []
    const had: string[] = []
    for (let batch = world.links.take(); batch.length > 0; batch = world.links.take()) {
      batches.push(batch.length)
      had.push(...batch)
      for (const nodeId of batch) await world.acknowledge(commandId, nodeId)
      clock.set(hours * hour)
      await world.pass(31)
      assert.deepEqual(world.links.take(), [])
      world.links.open.clear()
      for (const nodeId of batch) await world.reply(commandId, nodeId, reply('Success'))
      await world.connect(...nodes)
    }
    assert.deepEqual(batches, [1, 2, 4, 4, 1])
    assert.deepEqual([...had].sort(), [...nodes].sort())
    assert.equal((await world.counts(commandId)).success, 12)
  })
}

test('a clock set forward past the timeouts ends what they end, once, and setting it back changes nothing', async (t) => {
  const { world, clock } = await given(t)
  await world.connect('mi-1', 'mi-2')
  const commandId = await world.send(['mi-1', 'mi-2', 'mi-3'], { maxConcurrency: '2', maxErrors: '3' })
  const [first = ''] = world.links.take()
  await world.acknowledge(commandId, first)
  clock.set(hour)
  await world.pass(1)
  assert.equal(await world.details(commandId, first), 'DeliveryTimedOut')
  assert.deepEqual(world.links.take('cancel'), [first], 'it is told to stop')
  const ended = await world.counts(commandId)
  assert.deepEqual([ended.deliveryTimedOut, ended.completed], [3, 3])

  clock.set(-2 * hour)
  await world.reply(commandId, first, reply('Success'))
  await world.connect('mi-1', 'mi-2', 'mi-3')
  await world.pass(40)
  assert.deepEqual(world.links.take(), [])
  assert.deepEqual(await world.counts(commandId), ended)
})

test('a clock set back leaves what waits and runs as much longer', async (t) => {
  const { world, clock } = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1', 'mi-2'], { timeoutSeconds: 30, executionTimeoutSeconds: 30 })
  await world.acknowledge(commandId, 'mi-1')
  clock.set(-hour)
  await world.pass(120)
  assert.deepEqual(
    [await world.details(commandId, 'mi-1'), await world.details(commandId, 'mi-2')],
    ['InProgress', 'Pending'],
  )
  clock.set(hour)
  await world.pass(1)
  assert.deepEqual(
    [await world.details(commandId, 'mi-1'), await world.details(commandId, 'mi-2')],
    ['DeliveryTimedOut', 'DeliveryTimedOut'],
  )
})

test('after a restart deadlines are judged by the clock as it is set now', async (t) => {
  const { world, clock } = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'], { executionTimeoutSeconds: 30 })
  await world.acknowledge(commandId, 'mi-1')
  clock.set(-hour)
  await world.restart()
  await world.connect('mi-1')
  await world.pass(31)
  assert.equal(await world.details(commandId, 'mi-1'), 'InProgress')
  await world.reply(commandId, 'mi-1', reply('Success'))
  assert.equal(await world.details(commandId, 'mi-1'), 'Success')
})
