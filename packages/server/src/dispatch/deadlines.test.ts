import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../../testkit/src/manual-clock.ts'
import { cancelInvocation } from './testing/cancel-invocation.ts'
import { dispatcherWorld, reply } from './testing/dispatcher-world.ts'

const given = (t: TestContext) => dispatcherWorld(t, new ManualClock())

test('what is not delivered within TimeoutSeconds is not run, and DeliveryTimedOut once it expires, to the second', async (t) => {
  const world = await given(t)
  const commandId = await world.send(['mi-1'], { timeoutSeconds: 30, executionTimeoutSeconds: 5 })
  await world.pass(30)
  await world.connect('mi-1')
  await world.pass(4)
  assert.deepEqual(world.links.take(), [])
  assert.equal(await world.details(commandId, 'mi-1'), 'Pending')
  await world.pass(1)
  const ended = await world.commands.findInvocation(commandId, 'mi-1')
  assert.deepEqual([ended?.details, ended?.trace], ['DeliveryTimedOut', undefined])
  assert.deepEqual(ended?.endedAt, (await world.commands.findCommand(commandId))?.expiresAt)
  await world.connect('mi-1')
  assert.deepEqual(world.links.take(), [])
})

test('what was handed over and never heard keeps nothing back once it is too late to run it', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const late: string[] = []
  for (let n = 0; n < 5; n++) late.push(await world.send(['mi-1'], { timeoutSeconds: 30, maxConcurrency: '1' }))
  await world.pass(60)
  world.links.take()
  await world.send(['mi-1'])
  assert.deepEqual(world.links.take(), ['mi-1'])
  const [first = ''] = late
  await world.acknowledge(first, 'mi-1')
  assert.equal(await world.details(first, 'mi-1'), 'InProgress', 'it had it after all')
})

test('a node that never says how it ended is DeliveryTimedOut when the command expires, no error, and told to stop', async (t) => {
  const world = await given(t)
  await world.connect('mi-1', 'mi-2')
  const timeouts = { timeoutSeconds: 30, executionTimeoutSeconds: 10 }
  const commandId = await world.send(['mi-1', 'mi-2'], { ...timeouts, maxConcurrency: '1', maxErrors: '0' })
  await world.acknowledge(commandId, 'mi-1')
  world.links.take()
  await world.pass(39)
  assert.equal(await world.details(commandId, 'mi-1'), 'InProgress')
  await world.pass(1)
  const ended = await world.commands.findInvocation(commandId, 'mi-1')
  assert.equal(ended?.details, 'DeliveryTimedOut')
  assert.match(ended.trace ?? '', /had not said how it ended/)
  assert.deepEqual(world.links.take('cancel'), ['mi-1'])
  const { deliveryTimedOut, executionTimedOut, failed, terminated } = await world.counts(commandId)
  assert.deepEqual([deliveryTimedOut, executionTimedOut, failed, terminated], [2, 0, 0, 0])
  await world.reply(commandId, 'mi-1', reply('InProgress'))
  assert.deepEqual(world.links.take('cancel'), ['mi-1'], 'it is still at work')
  await world.reply(commandId, 'mi-1', reply('Success'))
  assert.deepEqual(await world.commands.findInvocation(commandId, 'mi-1'), ended)
})

test('how long a command waits on its node is nobody’s concern before it expires', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'], { timeoutSeconds: 600, executionTimeoutSeconds: 10 })
  await world.acknowledge(commandId, 'mi-1')
  await world.pass(500)
  await world.reply(commandId, 'mi-1', reply('InProgress'))
  await world.pass(100)
  await world.reply(commandId, 'mi-1', reply('Success'))
  assert.equal(await world.details(commandId, 'mi-1'), 'Success')
})

test('that a command ran too long is what its agent says, and an error', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'])
  await world.acknowledge(commandId, 'mi-1')
  await world.reply(commandId, 'mi-1', reply('TimedOut'))
  assert.equal(await world.details(commandId, 'mi-1'), 'ExecutionTimedOut')
  assert.equal((await world.counts(commandId)).executionTimedOut, 1)
})

test('what is being cancelled and never stops is DeliveryTimedOut when the command expires', async (t) => {
  const world = await given(t)
  await world.connect('mi-1')
  const commandId = await world.send(['mi-1'], { timeoutSeconds: 30, executionTimeoutSeconds: 5 })
  await world.acknowledge(commandId, 'mi-1')
  await cancelInvocation(world, commandId, 'mi-1')
  await world.settled()
  await world.pass(34)
  assert.equal(await world.details(commandId, 'mi-1'), 'Cancelling')
  await world.pass(1)
  assert.equal(await world.details(commandId, 'mi-1'), 'DeliveryTimedOut')
})

test('deadlines hold although the server was restarted before them', async (t) => {
  const world = await given(t)
  const timeouts = { timeoutSeconds: 30, executionTimeoutSeconds: 5 }
  const commandId = await world.send(['mi-1', 'mi-2'], timeouts)
  await world.connect('mi-2')
  await world.acknowledge(commandId, 'mi-2')
  world.clock.advance(20_000)
  await world.restart()
  await world.pass(16)
  for (const nodeId of ['mi-1', 'mi-2']) assert.equal(await world.details(commandId, nodeId), 'DeliveryTimedOut')
})
