import assert from 'node:assert/strict'
import { test } from 'node:test'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'

type World = Awaited<ReturnType<typeof channelWorld>>

function becomes(world: World, wanted: string): Promise<true> {
  return eventually(async () => ((await world.pingStatus()) === wanted ? true : undefined), wanted)
}

const changes = (world: World, status: string) =>
  world.metric(`fairlead_node_presence_changes_total{status="${status}"}`)

test('a node is Online as soon as its channel is open, without a ping', async (t) => {
  const world = await channelWorld(t)
  assert.equal(await world.pingStatus(), 'Inactive')
  await world.open()
  await becomes(world, 'Online')
})

test('a node whose channel has closed is ConnectionLost after eleven silent minutes, not before', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  await becomes(world, 'Online')
  peer.socket.terminate()
  await eventually(async () => ((await world.metric('fairlead_control_channels')) === 0 ? true : undefined), 'its end')

  await quietMinutes(world, 10)
  assert.equal(await world.pingStatus(), 'Online')
  await quietMinutes(world, 2)
  await becomes(world, 'ConnectionLost')

  await world.open()
  await becomes(world, 'Online')
})

test('a node with an open channel stays Online however long it does not ping', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  await becomes(world, 'Online')
  for (let round = 0; round < 15; round++) {
    world.clock.advance(60_000)
    await peer.settle()
  }
  assert.equal(await world.pingStatus(), 'Online')
  assert.equal(await changes(world, 'ConnectionLost'), 0)
})

test('each change of presence is told once', async (t) => {
  const world = await channelWorld(t)
  const first = await world.open()
  await becomes(world, 'Online')
  const second = await world.open()
  await second.settle()
  first.socket.terminate()
  second.socket.terminate()
  await eventually(
    async () => ((await world.metric('fairlead_control_channels')) === 0 ? true : undefined),
    'their end',
  )
  await quietMinutes(world, 20)
  await becomes(world, 'ConnectionLost')
  assert.deepEqual([await changes(world, 'Online'), await changes(world, 'ConnectionLost')], [1, 1])
})

/** Nobody is heard; the sweeps in between have their turns. */
async function quietMinutes(world: World, minutes: number): Promise<void> {
  for (let half = 0; half < 2 * minutes; half++) {
    world.clock.advance(30_000)
    await world.pingStatus()
  }
}
