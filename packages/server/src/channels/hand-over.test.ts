import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelWorld } from '@fairlead/testkit/channel-world'

const handedOver = { code: 1001, reason: 'a newer channel of this node is open' }

test('a newer channel gets no work before the older one has acknowledged what it was given', async (t) => {
  const world = await channelWorld(t)
  const older = await world.open()
  const first = await world.send()
  const job = await older.takeJob()
  const newer = await world.open()
  const second = await world.send()
  await Promise.all([older.settle(), newer.settle()])
  assert.equal(older.socket.readyState, older.socket.OPEN, 'its acknowledgement is still awaited')
  assert.deepEqual([...older.inbox, ...newer.inbox], [])

  older.acknowledge(job)
  assert.deepEqual(await older.closed, handedOver)
  await world.pass(1, newer)

  assert.equal((await newer.takeJob()).commandId, second)
  assert.deepEqual(newer.inbox, [], 'what was acknowledged is not sent again')
  assert.equal((await world.invocation(first)).Status, 'InProgress')
})

test('an older channel that acknowledges nothing is waited for in vain no longer than a tick, then the job goes again', async (t) => {
  const world = await channelWorld(t)
  const older = await world.open()
  const commandId = await world.send()
  await older.takeJob()
  const newer = await world.open()

  await world.pass(6, newer)

  assert.deepEqual(await older.closed, handedOver)
  assert.equal((await newer.takeJob()).commandId, commandId)
})

test('an older channel that ends leaves its node to the newer one at once', async (t) => {
  const world = await channelWorld(t)
  const older = await world.open()
  const commandId = await world.send()
  await older.takeJob()
  const newer = await world.open()

  older.socket.terminate()
  await older.closed
  // The server is in this process: by the third answer it has read the end of the other socket too.
  for (let round = 0; round < 3; round++) await newer.settle()
  await world.pass(1, newer)

  assert.equal((await newer.takeJob()).commandId, commandId)
  assert.equal(await world.pingStatus(), 'Online')
})

test('of several newer channels that wait, the newest gets the node', async (t) => {
  const world = await channelWorld(t)
  const older = await world.open()
  await world.send()
  const job = await older.takeJob()
  const waiting = await world.open()
  const newest = await world.open()
  assert.deepEqual(await waiting.closed, handedOver)

  older.acknowledge(job)
  await older.closed
  const next = await world.send()

  assert.equal((await newest.takeJob()).commandId, next)
})
