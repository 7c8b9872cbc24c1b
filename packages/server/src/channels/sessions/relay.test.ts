import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { decodeSessionContent } from '@fairlead/wire/session-message'
import { sessionWorld } from './testing/session-world.ts'

test('the node is told to begin what the caller asked for', async (t) => {
  const world = await sessionWorld(t)
  const { sessionId } = await world.start()
  const shell = await world.takeShell(world.control)
  assert.equal(shell.sessionId, sessionId)
  assert.equal(decodeSessionContent(shell.content).sessionId, sessionId)
})

test('a session is Connected once the agent has come, Disconnected without one of its ends, and Connected when that returns', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  assert.equal((await world.session(started.sessionId)).status, 'Connecting')
  const agent = await world.agent(started).open()
  await world.untilStatus(started.sessionId, 'Connected')

  const client = await world.client(started).open()
  await client.settle()
  client.cut()
  await agent.take('pause_publication')
  await world.untilStatus(started.sessionId, 'Disconnected')

  await client.open()
  await agent.take('start_publication')
  await world.untilStatus(started.sessionId, 'Connected')

  agent.cut()
  await world.untilStatus(started.sessionId, 'Disconnected')
  await agent.open()
  await world.untilStatus(started.sessionId, 'Connected')
})

test('what either side sends arrives as it was sent, byte for byte and in order', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  const sizes = [1, 2, 1024, 32_768, 3, 100_000, 7]
  const up = sizes.map((size) => client.send(randomBytes(size)))
  const down = sizes.map((size) => agent.send(randomBytes(size)))
  await client.untilAcknowledged()
  await agent.untilAcknowledged()

  assert.deepEqual(
    agent.arrived.map(({ bytes }) => bytes),
    up.map((bytes) => Buffer.from(bytes)),
  )
  assert.deepEqual(
    client.arrived.map(({ bytes }) => bytes),
    down.map((bytes) => Buffer.from(bytes)),
  )
})

test('a client may send 128 KiB at a time and an agent 2 MiB', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  client.send(randomBytes(128 * 1024))
  agent.send(randomBytes(2 * 1024 * 1024))
  await client.untilAcknowledged()
  await agent.untilAcknowledged()

  client.send(randomBytes(128 * 1024 + 1))
  assert.equal((await client.closed)?.code, 1009)
})

test('what comes before the other side is kept for it, whichever is first', async (t) => {
  const world = await sessionWorld(t)
  for (const first of ['client', 'agent'] as const) {
    const started = await world.start()
    const ends = { client: world.client(started), agent: world.agent(started) }
    const second = first === 'client' ? 'agent' : 'client'
    await ends[first].open()
    for (const text of ['one', 'two', 'three']) ends[first].send(text)
    await ends[first].settle()
    await ends[second].open()
    assert.deepEqual(await ends[second].takeTexts(3), ['one', 'two', 'three'], `${first} first`)
    await ends[first].untilAcknowledged()
  }
})

test('frames in the same packet as the token are not lost', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = world.agent(started)
  for (const text of ['one', 'two']) agent.send(text)
  await agent.open()
  const client = await world.client(started).open()
  assert.deepEqual(await client.takeTexts(2), ['one', 'two'])
})

test('a paste of 5 MB arrives whole', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  const paste = randomBytes(5_000_000)
  for (let at = 0; at < paste.length; at += 1024) client.send(paste.subarray(at, at + 1024))
  await client.untilAcknowledged()
  assert.ok(Buffer.concat(agent.delivered).equals(paste))
})

test('nothing is lost and nothing comes twice when either socket breaks at any moment', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  const sent = { up: [] as string[], down: [] as string[] }
  for (let round = 0; round < 30; round++) {
    for (let count = 0; count < 20; count++) {
      const text = `${round}/${count}`
      sent.up.push(text)
      sent.down.push(text)
      client.send(text)
      agent.send(text)
      // Now and then nothing was read yet, now and then all.
      if (round % 3 === 1 && count === 10) await client.settle()
    }
    const broken = round % 2 === 0 ? client : agent
    broken.cut()
    await broken.closed
    await broken.open()
  }
  await eventually(() => (agent.delivered.length >= sent.up.length ? true : undefined), 'all input')
  await eventually(() => (client.delivered.length >= sent.down.length ? true : undefined), 'all output')
  assert.deepEqual(agent.delivered.map(String), sent.up)
  assert.deepEqual(client.delivered.map(String), sent.down)
})

test('what the agent was not told by a lost client it is told when the client is back', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  client.cut()
  await agent.take('pause_publication')
  for (const text of ['one', 'two']) agent.send(text)
  await agent.settle()
  await client.open()
  assert.deepEqual(await client.takeTexts(2), ['one', 'two'])
  await agent.untilAcknowledged()
})
