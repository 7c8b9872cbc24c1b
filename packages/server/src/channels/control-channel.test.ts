import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { channelToken, frameOf } from '@fairlead/testkit/channel-peer'
import { channelWorld } from '@fairlead/testkit/channel-world'
import { eventually } from '@fairlead/testkit/eventually'
import { mostFrameBytes } from './frames.ts'

const badToken = { code: 1008, reason: 'the token is not good' }

test('a channel is open once its token was shown, and not before', async (t) => {
  const world = await channelWorld(t)
  const token = await channelToken(world.node)
  const peer = await world.upgrade()
  assert.equal(await world.metric('fairlead_control_channels'), 0)
  peer.showToken(token)
  await peer.settle()
  assert.equal(await world.metric('fairlead_control_channels'), 1)
})

test('a made-up token, a used one, one of another node and an old one open nothing', async (t) => {
  const world = await channelWorld(t)
  const made = await world.upgrade()
  made.showToken('made-up')
  assert.deepEqual(await made.closed, badToken)

  const token = await channelToken(world.node)
  const first = await world.upgrade()
  first.showToken(token)
  await first.settle()
  const second = await world.upgrade()
  second.showToken(token)
  assert.deepEqual(await second.closed, badToken)

  const other = await world.upgrade()
  other.showToken(await channelToken(await world.register()))
  assert.deepEqual(await other.closed, badToken)

  const old = await channelToken(world.node)
  world.clock.advance(60_000)
  const late = await world.upgrade()
  late.showToken(old)
  assert.deepEqual(await late.closed, badToken)
})

test('a token that another node has shown is used up', async (t) => {
  const world = await channelWorld(t)
  const token = await channelToken(world.node)
  const thief = await world.upgrade(await world.register())
  thief.showToken(token)
  await thief.closed
  const owner = await world.upgrade()
  owner.showToken(token)
  assert.deepEqual(await owner.closed, badToken)
})

test('a first frame that is binary, no JSON, or without a token opens nothing', async (t) => {
  const world = await channelWorld(t)
  const token = await channelToken(world.node)
  const opening = JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: randomUUID(), TokenValue: token })
  for (const first of [Buffer.from(opening), 'hello', '{}', '[]', opening.replace('1.0', '2.0'), `${opening}x`]) {
    const peer = await world.upgrade()
    peer.socket.send(first)
    assert.deepEqual(await peer.closed, badToken, String(first))
  }
})

test('who shows no token within ten seconds is hung up on, however often it pings', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.upgrade()
  await world.pass(10, peer)
  world.clock.advance(5_000)
  assert.deepEqual(await peer.closed, { code: 1008, reason: 'no token' })
})

test('a server that was held up blames it on nobody: neither a token nor a sign of life was late', async (t) => {
  const world = await channelWorld(t)
  const open = await world.open()
  const token = await channelToken(world.node)
  const opening = await world.upgrade(await world.register())
  const successor = await world.upgrade()
  world.clock.stall(50_000)
  world.clock.advance(0)
  successor.showToken(token)
  await successor.settle()
  assert.equal((await open.closed).reason, 'a newer channel of this node is open')
  world.clock.stall(600_000)
  world.clock.advance(0)
  await Promise.all([successor.settle(), opening.settle()])
  assert.equal(await world.metric('fairlead_control_channels'), 1)
})

test('of two channels of one node the newest has the work, and the other is closed', async (t) => {
  const world = await channelWorld(t)
  const older = await world.open()
  const newer = await world.open()
  assert.equal((await older.closed).code, 1001)
  const commandId = await world.send()
  assert.equal((await newer.takeJob()).commandId, commandId)
  assert.deepEqual(older.inbox, [])
  assert.equal(await world.metric('fairlead_control_channels'), 1)
})

test('the end of an older channel does not end the newer one', async (t) => {
  const world = await channelWorld(t)
  const older = await world.open()
  const newer = await world.open()
  older.socket.terminate()
  await older.closed
  await newer.settle()
  const commandId = await world.send()
  assert.equal((await newer.takeJob()).commandId, commandId)
})

test('no prefix of a frame is taken for a frame, and five of them are borne', async (t) => {
  const world = await channelWorld(t)
  const whole = Buffer.from(frameOf('agent_telemetry', { a: 1 }))
  let cut = 0
  while (cut < whole.length) {
    const peer = await world.open()
    for (let times = 0; times < 5 && cut < whole.length; times++) peer.socket.send(whole.subarray(0, cut++))
    await peer.settle()
    assert.equal(peer.socket.readyState, peer.socket.OPEN, `${cut} bytes`)
    peer.socket.terminate()
    await peer.closed
  }
  assert.equal(await world.metric('fairlead_channel_faults_total'), whole.length)
  assert.equal(await world.metric('fairlead_channel_unknown_messages_total'), 0)
})

test('who keeps sending what is no frame is cut off', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const wrongLength = Buffer.from(frameOf('agent_telemetry', { a: 1 }))
  wrongLength.writeUInt32BE(0xffff_ffff, 116)
  const wrongHeader = Buffer.from(frameOf('agent_telemetry', { a: 1 }))
  wrongHeader.writeUInt32BE(0xffff_ffff, 0)
  const wrongDigest = Buffer.from(frameOf('agent_telemetry', { a: 1 }))
  wrongDigest.writeUInt8(wrongDigest.readUInt8(80) ^ 1, 80)
  for (const bytes of [wrongLength, wrongHeader, wrongDigest, 'some text', Buffer.alloc(0)]) peer.socket.send(bytes)
  await peer.settle()
  assert.equal(peer.socket.readyState, peer.socket.OPEN)
  peer.socket.send(wrongDigest)
  assert.deepEqual(await peer.closed, { code: 1002, reason: 'too many malformed frames' })
  assert.equal(await world.metric('fairlead_channel_faults_total'), 6)
})

test('a frame that is larger than any agent writes ends the channel', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  peer.socket.send(Buffer.alloc(mostFrameBytes + 1))
  assert.equal((await peer.closed).code, 1009)
})

test('messages of unknown types are ignored, however many come', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  for (let times = 0; times < 50; times++) peer.socket.send(frameOf('agent_telemetry', { a: 1 }))
  await peer.settle()
  assert.equal(peer.socket.readyState, peer.socket.OPEN)
  assert.equal(await world.metric('fairlead_channel_unknown_messages_total'), 50)
  assert.equal(await world.metric('fairlead_channel_faults_total'), 0)
})

test("an agent's last word on a session is acknowledged", async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  const messageId = randomUUID()
  const complete = { SchemaVersion: 1, TaskId: 'alice-0a1b', Topic: 'agent_task_complete', FinalTaskStatus: 'Success' }
  peer.socket.send(frameOf('agent_task_complete', complete, messageId))
  const { payload } = await peer.take('agent_task_acknowledge')
  assert.deepEqual(JSON.parse(Buffer.from(payload).toString()), {
    SchemaVersion: 1,
    MessageId: messageId,
    TaskId: 'alice-0a1b',
    Topic: 'agent_task_complete',
  })
})

test('a clock that is set cuts nobody off, and pings go on', async (t) => {
  const world = await channelWorld(t)
  const peer = await world.open()
  let pings = 0
  peer.socket.on('ping', () => pings++)
  for (const hours of [5, -10]) {
    world.clock.set(hours * 60 * 60_000)
    const before = pings
    world.clock.advance(35_000)
    await eventually(() => (pings > before ? true : undefined), 'a ping')
    await peer.settle()
    assert.equal(peer.socket.readyState, peer.socket.OPEN)
  }
})

test('a silent peer is pinged, and one that does not answer is cut off after 95 seconds', async (t) => {
  const world = await channelWorld(t)
  const lively = await world.open()
  const dead = await world.open(await world.register())
  let pings = 0
  lively.socket.on('ping', () => pings++)
  dead.socket.pause()

  world.clock.advance(30_000)
  await eventually(() => (pings === 1 ? true : undefined), 'a ping')
  await world.pass(70, lively)
  await eventually(async () => ((await world.metric('fairlead_control_channels')) === 1 ? true : undefined), 'one left')
  await lively.settle()
  assert.equal(lively.socket.readyState, lively.socket.OPEN)
  dead.socket.terminate()
})
