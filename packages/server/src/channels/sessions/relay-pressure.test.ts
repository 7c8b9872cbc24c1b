import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { sessionWorld } from './testing/session-world.ts'

const MiB = 1024 * 1024
const kept = 'fairlead_session_kept_bytes'
/** One lane may be full, and one more frame and its acknowledgements are on their way. */
const bound = 3 * MiB
// Long, since frames cost more than bytes here: there must be more of these than sockets take on.
const ofAgent = randomBytes(256 * 1024)
const ofClient = randomBytes(128 * 1024)

test('a client that does not read slows its agent down instead of filling the memory, and gets everything later', async (t) => {
  const world = await sessionWorld(t, { isHeavy: true })
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  client.socket?.pause()

  const total = 16 * MiB
  for (let sent = 0; sent < total; sent += ofAgent.length) agent.send(ofAgent)
  await eventually(async () => ((await world.metric(kept)) > 2 * MiB ? true : undefined), 'the way is full')
  assert.ok((await world.metric(kept)) < bound)
  assert.ok((agent.socket?.bufferedAmount ?? 0) > 6 * MiB, 'the agent has the rest')

  client.socket?.resume()
  await agent.untilAcknowledged()
  assert.equal(client.deliveredBytes, total)
})

test('an agent that does not read slows its client down', async (t) => {
  const world = await sessionWorld(t, { isHeavy: true })
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await agent.settle()
  agent.socket?.pause()
  for (let sent = 0; sent < 12 * MiB; sent += ofClient.length) client.send(ofClient)
  await eventually(async () => ((await world.metric(kept)) > 2 * MiB ? true : undefined), 'the way is full')
  assert.ok((await world.metric(kept)) < bound)
  agent.socket?.resume()
  await client.untilAcknowledged()
  assert.equal(agent.deliveredBytes, 12 * MiB)
})

test('what comes for a side that is away is bounded too', async (t) => {
  const world = await sessionWorld(t, { isHeavy: true })
  const started = await world.start()
  const agent = await world.agent(started).open()
  for (let sent = 0; sent < 8 * MiB; sent += ofAgent.length) agent.send(ofAgent)
  await eventually(async () => ((await world.metric(kept)) > 2 * MiB ? true : undefined), 'the way is full')
  assert.ok((await world.metric(kept)) < bound)
  const client = await world.client(started).open()
  await agent.untilAcknowledged()
  assert.equal(client.deliveredBytes, 8 * MiB)
})

test('sides that flood each other, and read nothing before they have written, are both read on until they have', async (t) => {
  const world = await sessionWorld(t, { isHeavy: true })
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await Promise.all([agent.settle(), client.settle()])
  agent.socket?.pause()
  client.socket?.pause()
  // More than the sockets take on and the relay keeps.
  const total = 16 * MiB
  for (let sent = 0; sent < total; sent += ofAgent.length) agent.send(ofAgent)
  for (let sent = 0; sent < total; sent += ofClient.length) client.send(ofClient)

  // Were both held at what one may have, each would wait for the other to read.
  await eventually(async () => ((await world.metric(kept)) > 4 * bound ? true : undefined), 'both are read on')
  assert.ok((await world.metric(kept)) < 6 * bound)
  agent.socket?.resume()
  client.socket?.resume()
  await agent.untilAcknowledged()
  await client.untilAcknowledged()
  assert.equal(client.deliveredBytes, total)
  assert.equal(agent.deliveredBytes, total)
})

test('a frame that is sent again and again while its reader is away is kept once', async (t) => {
  const world = await sessionWorld(t, { isHeavy: true })
  const started = await world.start()
  const agent = await world.agent(started).open()
  const { length } = agent.send(randomBytes(2 * 1024))
  for (let time = 0; time < 1_000; time++) agent.resend()
  await agent.settle()
  assert.equal(await world.metric(kept), length)
})

test('nothing is kept once everybody has everything', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  for (let count = 0; count < 100; count++) {
    agent.send('down')
    client.send('up')
  }
  await agent.untilAcknowledged()
  await client.untilAcknowledged()
  await eventually(async () => {
    // A side is asked within a second what it has got, and once more for what came after the question.
    world.clock.advance(1_000)
    return (await world.metric(kept)) === 0 ? true : undefined
  }, 'nothing is kept')
})
