import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChannelPeer } from './channel-peer.ts'
import { channelWorld } from './channel-world.ts'
import { within } from './within.ts'

test('who waits in vain is told what for', async () => {
  await assert.rejects(within(new Promise(() => {}), 'the end of days', 1), /^Error: not within 1 ms: the end of days$/)
})

test('what comes in time comes as it is, failures too', async () => {
  assert.equal(await within(Promise.resolve(7), 'seven'), 7)
  await assert.rejects(within(Promise.reject(new Error('as it is')), 'seven'), /^Error: as it is$/)
})

test('the end of a channel can be asked for before and after it', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  assert.ok(peer instanceof ChannelPeer)
  const before = peer.closed
  peer.socket.close(1000)
  assert.deepEqual([(await before).code, (await peer.closed).code], [1000, 1000])
})
