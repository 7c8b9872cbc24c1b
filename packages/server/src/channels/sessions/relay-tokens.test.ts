import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { UpgradeRefused } from '@fairlead/testkit/upgrade-as'
import { encodeClientOpening } from '@fairlead/wire/session-message'
import { dial, sessionWorld } from './testing/session-world.ts'

const badToken = { code: 1008, reason: 'the token is not good' }

async function closeOf(url: string, first: string | Buffer): Promise<{ code: number; reason: string }> {
  const socket = await dial(url)
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  )
  socket.send(first)
  return closed
}

function opening(token: string): string {
  return encodeClientOpening({ requestId: randomUUID(), token, clientId: randomUUID(), clientVersion: '1.2.677.0' })
}

test('a token that is made up, used, or of another session or side opens nothing', async (t) => {
  const world = await sessionWorld(t)
  const [one, other] = [await world.start(), await world.start()]
  assert.deepEqual(await closeOf(one.url, opening('made-up')), badToken)
  assert.deepEqual(await closeOf(one.url, opening(other.token)), badToken)
  assert.deepEqual(await closeOf(one.url, opening(await world.nodeToken(one.sessionId))), badToken)

  const client = await world.client(one).open()
  await client.settle()
  assert.deepEqual(await closeOf(one.url, opening(one.token)), badToken)
})

test('a token opens nothing after a minute', async (t) => {
  const world = await sessionWorld(t)
  const { url, token } = await world.start()
  world.clock.advance(60_000)
  assert.deepEqual(await closeOf(url, opening(token)), badToken)
})

test('a first frame that is binary or no opening opens nothing', async (t) => {
  const world = await sessionWorld(t)
  const { url, token } = await world.start()
  for (const first of [Buffer.from(opening(token)), 'hello', '{}', '[]', opening(token).replace('1.0', '2.0')]) {
    assert.deepEqual(await closeOf(url, first), badToken, String(first))
  }
})

test('a session that does not exist cannot be told from one whose token is wrong', async (t) => {
  const world = await sessionWorld(t)
  const { url, sessionId, token } = await world.start()
  assert.deepEqual(await closeOf(url.replace(sessionId, 'root-0123456789abcdef0'), opening(token)), badToken)
})

test('a thousand strangers who show no token keep nobody out', async (t) => {
  const world = await sessionWorld(t)
  const session = await world.start()
  const { hostname: host, port, pathname } = new URL(session.url)
  const upgrade = `GET ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
  const strangers: Socket[] = []
  const come = async () => {
    const stranger = connect({ host, port: Number(port) })
    strangers.push(stranger)
    stranger.on('error', () => {})
    stranger.write(upgrade)
    await once(stranger, 'data')
  }
  // No more at a time than the system lets wait to be accepted.
  for (let hundreds = 0; hundreds < 10; hundreds++) await Promise.all(Array.from({ length: 100 }, come))

  try {
    const client = await world.client(session).open()
    await client.settle()
  } finally {
    // They answer no goodbye, and the server's time stands still.
    for (const stranger of strangers) stranger.destroy()
  }
})

test('who shows no token within ten seconds is hung up on', async (t) => {
  const world = await sessionWorld(t)
  const { url } = await world.start()
  const socket = await dial(url)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  world.clock.advance(15_000)
  assert.equal(await closed, 1008)
})

test('a server that was held up takes a token that came meanwhile', async (t) => {
  const world = await sessionWorld(t)
  const { url, token } = await world.start()
  const socket = await dial(url)
  const closed = once(socket, 'close').then(([code]) => code)
  const heard = once(socket, 'pong').then(() => 'heard')
  world.clock.stall(30_000)
  world.clock.advance(0)
  socket.send(opening(token))
  socket.ping()
  assert.equal(await Promise.race([closed, heard]), 'heard')
})

test('a node gets a token for its own sessions only', async (t) => {
  const world = await sessionWorld(t)
  const { sessionId } = await world.start()
  const other = await world.register()
  await assert.rejects(world.nodeToken(sessionId, other), /^Error: 403: .*AccessDeniedException/)
  await assert.rejects(world.nodeToken('root-0123456789abcdef0'), /Session is already terminated/)
})

test("another node does not open a session with the token of the session's node", async (t) => {
  const world = await sessionWorld(t)
  const { sessionId } = await world.start()
  const token = await world.nodeToken(sessionId)
  const socket = await world.nodeSocket(sessionId, await world.register())
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.send(opening(token))
  assert.equal(await closed, 1008)
})

test('a client may sign, but then rightly and with nothing that forbids it', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const signed = await world.signedClient(started, world.server.rootCredentials).open()
  await signed.settle()

  const wrong = { ...world.server.rootCredentials, secretAccessKey: 'another' }
  await assert.rejects(world.signedClient(started, wrong).open(), (error: unknown) => {
    assert.ok(error instanceof UpgradeRefused)
    return error.status === 403
  })
})

test('a deregistered node loses its data channels at once, and its clients are told', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await client.settle()
  await agent.settle()
  await world.root.call('ssm', 'DeregisterManagedInstance', { InstanceId: world.nodeId })
  assert.equal((await agent.closed)?.code, 1008)
  assert.match(await client.takeFarewell(), /not registered any more/)
})

test('a node whose role loses the right to data channels loses those that are open', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  await agent.settle()
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await world.root.query('iam', 'DetachRolePolicy', { RoleName: 'nodes', PolicyArn })
  world.clock.advance(5_000)
  assert.equal((await agent.closed)?.code, 1008)
})
