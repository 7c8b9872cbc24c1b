import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ChannelPeer } from '@fairlead/testkit/channel-peer'
import { given, removal } from '@fairlead/testkit/given'
import { sessionsOn, sessionWorld } from './testing/session-world.ts'

test('a session outlives the server: both sides come back to the next one and go on where they were', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  t.after(() => rmSync(dataDir, removal))
  const world = await sessionWorld(t, { dataDir })
  const { clock, node } = world
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  const [up, down]: [string[], string[]] = [[], []]
  const talk = (round: string) => {
    for (let count = 0; count < 50; count++) {
      const text = `${round}/${count}`
      up.push(text)
      down.push(text)
      client.send(text)
      agent.send(text)
    }
  }
  talk('before')
  await world.server.stop()
  await Promise.all([client.closed, agent.closed])
  talk('between')

  const next = await given(t, { clock, dataDir })
  const moved = sessionsOn(next, node, clock)
  const control = await ChannelPeer.open(next, node.on(next), () => clock.now())
  await agent.move(moved.agent(started)).open()
  await client.move(moved.client({ ...started, token: await moved.resume(started.sessionId) })).open()
  talk('after')
  await Promise.all([agent.untilAcknowledged(), client.untilAcknowledged()])
  assert.deepEqual(agent.delivered.map(String), up)
  assert.deepEqual(client.delivered.map(String), down)
  await moved.untilStatus(started.sessionId, 'Connected')

  await moved.complete(control, started.sessionId)
  assert.equal(await client.takeFarewell(), '')
})

test('a session that was to begin or to end when the server stopped does so in the next', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  t.after(() => rmSync(dataDir, removal))
  const world = await sessionWorld(t, { dataDir })
  const { clock, node } = world
  const [begun, ended] = [await world.start(), await world.start()]
  await world.agent(ended).open()
  await world.root.call('ssm', 'TerminateSession', { SessionId: ended.sessionId })
  await world.server.stop()

  const next = await given(t, { clock, dataDir })
  const moved = sessionsOn(next, node, clock)
  const control = await ChannelPeer.open(next, node.on(next), () => clock.now())
  assert.equal((await moved.takeShell(control)).sessionId, begun.sessionId)
  clock.advance(5_000)
  await moved.untilStatus(ended.sessionId, 'Terminated')
})

test('in the next server a session is Connected when both sides have come back, and not before', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  t.after(() => rmSync(dataDir, removal))
  const world = await sessionWorld(t, { dataDir })
  const { clock, node } = world
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await Promise.all([agent.settle(), client.settle()])
  await world.server.stop()

  const next = await given(t, { clock, dataDir })
  const moved = sessionsOn(next, node, clock)
  await client.move(moved.client({ ...started, token: await moved.resume(started.sessionId) })).open()
  await client.settle()
  await moved.untilStatus(started.sessionId, 'Disconnected')
  await client.settle()
  assert.equal((await moved.session(started.sessionId)).status, 'Disconnected')

  await agent.move(moved.agent(started)).open()
  await moved.untilStatus(started.sessionId, 'Connected')
})
