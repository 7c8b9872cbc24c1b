import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { frameOf } from '@fairlead/testkit/channel-peer'
import { eventually } from '@fairlead/testkit/eventually'
import { decodeAcknowledge, payloadTypes } from '@fairlead/wire/session-message'
import { sessionWorld } from './testing/session-world.ts'

const forward = { DocumentName: 'AWS-StartPortForwardingSession', Parameters: { portNumber: ['80'] } }

test('after the handshake a multiplexing client is left alone until it speaks (T2)', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start(forward)
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('{}', payloadTypes.handshakeComplete)
  agent.send('data')
  await eventually(() => (client.arrived.length === 1 ? true : undefined), 'HandshakeComplete')
  await agent.settle()
  await client.settle()
  assert.equal(client.arrived.length, 1)

  client.send('SYN')
  assert.deepEqual(await client.takeTexts(1), ['data'])
})

test('it is left alone for 150 ms after it has acknowledged, if it says nothing', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start(forward)
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('{}', payloadTypes.handshakeComplete)
  agent.send('data')
  await eventually(() => (agent.waiting === 1 ? true : undefined), 'the acknowledgement')
  world.clock.advance(149)
  await client.settle()
  assert.equal(client.arrived.length, 1)
  world.clock.advance(1)
  assert.deepEqual(await client.takeTexts(1), ['data'])
})

test('a shell is not held up by a handshake', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('{}', payloadTypes.handshakeComplete)
  agent.send('data')
  assert.deepEqual(await client.takeTexts(1), ['data'])
})

test('an acknowledgement that was lost with its socket is given to the agent as soon as a later one proves it (T3)', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  // The client reads one to three, and its acknowledgements are lost.
  client.isMute = true
  for (const text of ['one', 'two', 'three']) agent.send(text)
  await eventually(() => (client.arrived.length === 3 ? true : undefined), 'three frames')
  client.forget()
  client.cut()
  await agent.take('pause_publication')
  client.isMute = false
  await client.open()
  await client.settle()
  assert.equal(agent.waiting, 3, 'a client that never acknowledged anything may not have been ready')

  agent.send('four')
  assert.deepEqual(await client.takeTexts(1), ['four'])
  await agent.untilAcknowledged()
  const numbers = agent.inbox
    .filter(({ messageType }) => messageType === 'acknowledge')
    .map(({ payload }) => decodeAcknowledge(payload).sequenceNumber)
  assert.deepEqual(numbers, [3, 0, 1, 2])
})

test('a lost acknowledgement does not wait for later output when there is none (T3)', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('zero')
  await agent.untilAcknowledged()
  client.isMute = true
  for (const text of ['one', 'two', 'three']) agent.send(text)
  await eventually(() => (client.arrived.length === 4 ? true : undefined), 'three frames')
  client.forget()
  client.cut()
  await agent.take('pause_publication')
  client.isMute = false
  await client.open()
  await agent.untilAcknowledged()
})

test('output that its client refused is never acknowledged for it', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  client.isMute = true
  agent.send('too early')
  await eventually(() => (client.arrived.length === 1 ? true : undefined), 'one frame')
  client.isMute = false
  agent.send('in time')
  await eventually(() => (agent.waiting === 1 ? true : undefined), 'the acknowledgement of the second')
  await agent.settle()
  assert.equal(agent.waiting, 1)
  // The relay takes it on again, as the client needs it.
  world.clock.advance(1_000)
  await client.settle()
  agent.resend()
  assert.deepEqual(await client.takeTexts(2), ['too early', 'in time'])
  await agent.untilAcknowledged()
})

test('what a client has acknowledged is acknowledged again when its agent repeats it, and not shown to the client', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  const bytes = agent.send('once')
  await agent.untilAcknowledged()
  agent.inbox.length = 0
  agent.socket?.send(bytes)
  const again = await agent.take('acknowledge')
  assert.equal(decodeAcknowledge(again.payload).sequenceNumber, 0)
  await client.settle()
  assert.equal(client.arrived.length, 1)
})

test('nothing but whole frames of the right kind reaches the other side (T5)', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  const good = Buffer.from(frameOf('output_stream_data', Buffer.from('x')))
  const wrongHeader = Buffer.from(good)
  wrongHeader.writeUInt32BE(40, 0)
  const noDate = Buffer.from(good).fill(0, 40, 48)
  const bad = [
    Buffer.alloc(0),
    good.subarray(0, 119),
    good.subarray(0, 120),
    Buffer.concat([good, good]),
    wrongHeader,
    noDate,
  ]
  for (const bytes of bad) agent.socket?.send(bytes)
  agent.socket?.send('{"message":"Internal Server Error"}')
  for (const type of ['input_stream_data', 'channel_closed', 'start_publication', 'something_new'])
    agent.socket?.send(frameOf(type, { a: 1 }))
  for (const type of ['output_stream_data', 'channel_closed', 'pause_publication', 'agent_session_state'])
    client.socket?.send(frameOf(type, { a: 1 }))
  agent.send('good')
  client.send('good')

  assert.deepEqual(await client.takeTexts(1), ['good'])
  assert.deepEqual(await agent.takeTexts(1), ['good'])
  assert.equal(client.arrived.length, 1)
  assert.equal(agent.arrived.length, 1)
  await agent.untilAcknowledged()
  const types = [...agent.inbox, ...client.inbox].map(({ messageType }) => messageType)
  assert.deepEqual(new Set(types), new Set(['acknowledge']))
})

test('who sends nothing but what is no frame is cut off', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const client = await world.client(started).open()
  for (let count = 0; count < 30; count++) client.socket?.send(Buffer.alloc(500, count))
  assert.equal((await client.closed)?.code, 1002)
})

test('a new socket takes over from the older one of the same client, which hears nothing of an end', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const older = await world.client(started).open()
  await older.settle()
  const newer = world.client({ ...started, token: await world.resume(started.sessionId) })
  newer.clientId = older.clientId
  await newer.open()
  await older.closed
  assert.deepEqual(
    older.inbox.filter(({ messageType }) => messageType === 'channel_closed'),
    [],
  )
  agent.send('hello')
  assert.deepEqual(await newer.takeTexts(1), ['hello'])
})

test('of two clients the newest has the session, and the other is told', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const older = await world.client(started).open()
  await older.settle()
  const thief = world.client({ ...started, token: randomUUID() })
  await thief.open()
  assert.equal((await thief.closed)?.code, 1008, 'a token that is not good takes nothing over')

  const newer = await world.client({ ...started, token: await world.resume(started.sessionId) }).open()
  assert.match(await older.takeFarewell(), /Another client/)
  agent.send('hello')
  assert.deepEqual(await newer.takeTexts(1), ['hello'])
  assert.deepEqual(older.delivered, [])
})

test('a peer that is silent and dead is found by pings, and its session goes on', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  await agent.settle()
  // Its machine is gone: the connection stands, but nobody answers.
  agent.socket?.pause()
  await world.pass(105, client, world.control)
  agent.socket?.resume()
  assert.equal((await agent.closed)?.code, 1006)
  await agent.open()
  client.send('still there?')
  assert.deepEqual(await agent.takeTexts(1), ['still there?'])

  client.socket?.pause()
  await world.pass(5 * 60 + 10, agent, world.control)
  await agent.take('pause_publication')
  await world.untilStatus(started.sessionId, 'Disconnected')
})
