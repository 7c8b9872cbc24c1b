import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../../testkit/src/manual-clock.ts'
import { advance } from '../domain/invocation.ts'
import { StoreUnavailable } from '../store/database.ts'
import { dispatcherWorld, reply } from './testing/dispatcher-world.ts'

const given = (t: TestContext) => dispatcherWorld(t, new ManualClock())
const many = (count: number) => Array.from({ length: count }, (_, index) => `mi-${index + 1}`)

test('no more nodes than MaxConcurrency have a command at one time', async (t) => {
  const world = await given(t)
  const nodes = many(20)
  await world.connect(...nodes)
  const commandId = await world.send(nodes, { maxConcurrency: '3' })
  const had = new Set<string>()
  for (let active = world.links.take(); active.length > 0; active = world.links.take()) {
    for (const nodeId of active) had.add(nodeId)
    const [first, ...others] = active
    assert.ok(first !== undefined && active.length <= 3)
    for (const nodeId of active) await world.acknowledge(commandId, nodeId)
    assert.deepEqual(world.links.take(), [])
    await world.reply(commandId, first, reply('Success'))
    assert.ok(world.links.jobs.length <= 3)
    for (const nodeId of others) await world.reply(commandId, nodeId, reply('Success'))
  }
  assert.equal(had.size, 20)
  assert.equal((await world.counts(commandId)).success, 20)
})

test('a command goes to one node, then to two, four and so on up to MaxConcurrency, also over a restart', async (t) => {
  const world = await given(t)
  const nodes = many(30)
  await world.connect(...nodes)
  const commandId = await world.send(nodes, { maxConcurrency: '10' })
  const batches: number[] = []
  for (let batch = world.links.take(); batch.length > 0; batch = world.links.take()) {
    batches.push(batch.length)
    for (const nodeId of batch) await world.acknowledge(commandId, nodeId)
    await world.restart()
    await world.connect(...nodes)
    await world.pass(31)
    assert.deepEqual(world.links.take(), [])
    // While the last of a batch has not ended, places are taken again one by one.
    const seen: string[] = []
    for (const nodeId of batch) {
      world.links.open.clear()
      await world.reply(commandId, nodeId, reply('Success'))
      seen.push(...world.links.take())
    }
    assert.deepEqual(seen, [])
    await world.connect(...nodes)
  }
  assert.deepEqual(batches, [1, 2, 4, 8, 10, 5])
})

test('a window that holds all nodes opens at once', async (t) => {
  const world = await given(t)
  const nodes = many(20)
  await world.connect(...nodes)
  await world.send(nodes, { maxConcurrency: '50' })
  assert.equal(world.links.take().length, 20)
})

test('nodes that were cancelled or never took it do not open the window', async (t) => {
  const world = await given(t)
  const nodes = many(9)
  await world.connect(...nodes)
  const commandId = await world.send(nodes, { maxConcurrency: '4' })
  const [first = ''] = world.links.take()
  await world.acknowledge(commandId, first)
  await world.reply(commandId, first, reply('Cancelled', { code: 137 }))
  assert.equal(world.links.take().length, 1)
})

test('a node that goes away before it took the command gives its place to another', async (t) => {
  const world = await given(t)
  await world.connect('mi-1', 'mi-2')
  await world.send(['mi-1', 'mi-2'], { maxConcurrency: '1' })
  assert.deepEqual(world.links.take(), ['mi-1'])
  world.links.open.delete('mi-1')
  await world.pass(5)
  assert.deepEqual(world.links.take(), ['mi-2'])
})

test('nodes that are away do not hold the others up', async (t) => {
  const world = await given(t)
  await world.connect('mi-3')
  await world.send(['mi-1', 'mi-2', 'mi-3'], { maxConcurrency: '1' })
  assert.deepEqual(world.links.take(), ['mi-3'])
})

test('one error too many terminates what nobody has yet, and leaves the rest to end by itself', async (t) => {
  const world = await given(t)
  const nodes = many(10)
  await world.connect(...nodes.slice(0, 8))
  const commandId = await world.send(nodes, { maxConcurrency: '4', maxErrors: '1' })
  const [first = ''] = world.links.take()
  await world.acknowledge(commandId, first)
  await world.reply(commandId, first, reply('Failed'))
  const [second = '', third = ''] = world.links.take()
  await world.acknowledge(commandId, second)
  await world.reply(commandId, second, reply('Failed'))
  assert.deepEqual(world.links.take(), [])
  const counts = await world.counts(commandId)
  // Two failed, one was handed it and has not said so, the other seven never will be.
  assert.deepEqual([counts.failed, counts.terminated, counts.started], [2, 7, 2])
  await world.acknowledge(commandId, third)
  await world.reply(commandId, third, reply('Success'))
  await world.pass(10)
  assert.deepEqual(world.links.take(), [])
  assert.deepEqual(await world.counts(commandId), { ...counts, success: 1, started: 3, completed: 10 })
})

test('ten per cent of fifty stop a command at the sixth error', async (t) => {
  const world = await given(t)
  const nodes = many(50)
  await world.connect(...nodes)
  const commandId = await world.send(nodes, { maxConcurrency: '1', maxErrors: '10%' })
  for (let errors = 1; errors <= 6; errors++) {
    const [nodeId = '', ...more] = world.links.take()
    assert.deepEqual([nodeId !== '', more], [true, []], `error ${errors}`)
    await world.acknowledge(commandId, nodeId)
    await world.reply(commandId, nodeId, reply('Failed'))
  }
  assert.deepEqual(world.links.take(), [])
  const { failed, terminated } = await world.counts(commandId)
  assert.deepEqual([failed, terminated], [6, 44])
})

test('nodes that are deregistered in the middle give their places to others, and are no errors', async (t) => {
  const world = await given(t)
  await world.connect('mi-1', 'mi-2', 'mi-3', 'mi-4')
  const commandId = await world.send(['mi-1', 'mi-2', 'mi-3', 'mi-4'], { maxConcurrency: '1', maxErrors: '25%' })
  assert.deepEqual(world.links.take(), ['mi-1'])
  await world.acknowledge(commandId, 'mi-1')
  // One that waits, one that has been handed it and said nothing, one that runs it.
  const deregister = async (nodeId: string) => {
    world.links.open.delete(nodeId)
    world.bus.publish({ kind: 'deregistered', nodeId, at: world.clock.now() })
    await world.settled()
  }
  await deregister('mi-3')
  assert.deepEqual(world.links.take(), [])
  await deregister('mi-1')
  assert.deepEqual(world.links.take(), ['mi-2'])
  await deregister('mi-2')
  assert.deepEqual(world.links.take(), ['mi-4'])
  await world.acknowledge(commandId, 'mi-4')
  await world.reply(commandId, 'mi-4', reply('Failed'))
  const { completed, failed, terminated, success } = await world.counts(commandId)
  assert.deepEqual([completed, failed, terminated, success], [4, 1, 0, 0])
})

test('a server that died at the error too many terminates the rest when it is back, also where no node is there', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1', 'mi-2', 'mi-3'], { maxConcurrency: '1', maxErrors: '0' })
  const fine = await world.send(['mi-1', 'mi-2'], { maxErrors: '1' })
  await world.acknowledge(commandId, 'mi-1')
  await world.acknowledge(fine, 'mi-1')
  await world.reply(fine, 'mi-1', reply('Failed'))
  await dieAtFailure(world, commandId)

  await world.restart()
  await world.pass(1)
  const { failed: errors, terminated, completed } = await world.counts(commandId)
  assert.deepEqual([errors, terminated, completed], [1, 2, 3])
  assert.equal(await world.details(fine, 'mi-2'), 'Pending')
})

test('what a server that died left to be concluded is concluded also when the store cannot be read at first', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1', 'mi-2'], { maxConcurrency: '1', maxErrors: '0' })
  await world.acknowledge(commandId, 'mi-1')
  await dieAtFailure(world, commandId)
  const read = world.commands.failing.bind(world.commands)
  world.commands.failing = async () => {
    world.commands.failing = read
    throw new StoreUnavailable('the disk does not answer')
  }

  await world.restart()
  await world.pass(1)
  assert.equal((await world.counts(commandId)).terminated, 0)
  await world.pass(1)
  assert.equal((await world.counts(commandId)).terminated, 1)
})

test('what was handed over before a restart and acknowledged after it is beyond MaxConcurrency, and has its place from then on', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1', 'mi-2', 'mi-3'], { maxConcurrency: '1' })
  assert.deepEqual(world.links.take(), ['mi-1'])
  world.links.open.clear()
  await world.restart()
  await world.connect('mi-2', 'mi-3')
  assert.deepEqual(world.links.take(), ['mi-2'])
  await world.connect('mi-1')
  await world.acknowledge(commandId, 'mi-1')
  await world.acknowledge(commandId, 'mi-2')

  await world.reply(commandId, 'mi-2', reply('Success'))
  assert.deepEqual(world.links.take(), [])
  await world.reply(commandId, 'mi-1', reply('Success'))
  assert.deepEqual(world.links.take(), ['mi-3'])
})

test('a restart does not forget that there were too many errors', async (t) => {
  const world = await given(t)
  await world.connect('mi-1', 'mi-2')
  const commandId = await world.send(['mi-1', 'mi-2', 'mi-3'], { maxConcurrency: '1' })
  world.links.open.clear()
  await world.restart()
  // The server died between the error and what follows from it.
  const before = await world.commands.findInvocation(commandId, 'mi-1')
  const failed = before && advance(before, 'Failed', world.clock.now(), { deliveredAt: world.clock.now() })
  assert.ok(before && failed)
  await world.commands.saveInvocation(before, failed)
  await world.settled()
  world.links.take()
  await world.connect('mi-2', 'mi-3')
  assert.deepEqual(world.links.take(), [])
  assert.equal((await world.counts(commandId)).terminated, 2)
})

/** The server dies when the failure on mi-1 is stored and nothing has been made of it. */
async function dieAtFailure(world: Awaited<ReturnType<typeof given>>, commandId: string): Promise<void> {
  world.links.open.clear()
  await world.stop()
  const before = await world.commands.findInvocation(commandId, 'mi-1')
  const failed = before && advance(before, 'Failed', world.clock.now())
  assert.ok(before && failed)
  await world.commands.saveInvocation(before, failed)
}
