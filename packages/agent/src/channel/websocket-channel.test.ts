import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { within } from '@fairlead/testkit/within'
import { serverStops } from '@fairlead/wire/closing-words'
import { type WebSocket, WebSocketServer } from 'ws'
import { ControlPlane, roleSigner } from '../api/control-plane.ts'
import { type Clock, systemClock } from '../clock.ts'
import { openWebSocket } from './websocket-channel.ts'

const credentials = { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'token', expiresAt: 0 }

/** A channel that is open: the server's end of it, and what the agent makes of its close. */
async function openChannel(t: TestContext, clock: Clock = systemClock, settings: { readonly autoPong?: boolean } = {}) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...settings })
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  const closed = Promise.withResolvers<[string, boolean]>()
  const heard = new EventEmitter()
  const coming = once(server, 'connection')
  await openWebSocket(
    {
      nodeId: 'mi-0123456789abcdef0',
      controlPlane: new ControlPlane({ url: new URL(`http://127.0.0.1:${port}`), region: 'us-east-1' }, clock),
      keys: { signer: () => Promise.resolve(roleSigner(credentials)), forget() {} },
      clock,
      pingEveryMs: 30_000,
      longestFrame: 1_000,
      newId: () => 'id',
      onFrame: () => heard.emit('frame'),
    },
    { target: '/v1/control-channel/mi-0123456789abcdef0', greeting: 'hello' },
    (reason, isGoodbye) => closed.resolve([reason, isGoodbye]),
  )
  const [socket] = (await coming) as [WebSocket]
  return { socket, heard, closed: closed.promise }
}

async function closedWith(t: TestContext, close: (server: WebSocket) => void): Promise<[string, boolean]> {
  const { socket, closed } = await openChannel(t)
  close(socket)
  return await within(closed, 'the channel is closed')
}

function byHand(hand: ManualClock): Clock {
  return {
    now: () => hand.now().getTime(),
    ticks: () => hand.ticks(),
    after: (ms, act) => hand.after(ms, act),
  }
}

test('only a server that stops says goodbye: to be replaced or cut off is no such thing', async (t) => {
  assert.deepEqual(await closedWith(t, (socket) => socket.close(1001, serverStops)), [
    'closed with 1001: the server stops',
    true,
  ])
  assert.deepEqual(await closedWith(t, (socket) => socket.close(1001, 'a newer channel of this node is open')), [
    'closed with 1001: a newer channel of this node is open',
    false,
  ])
  assert.deepEqual(await closedWith(t, (socket) => socket.terminate()), ['closed with 1006', false])
})

test('a server that answers pings is kept, however the clock is set', async (t) => {
  const hand = new ManualClock()
  const { socket, heard } = await openChannel(t, byHand(hand))
  // What comes behind the pong: then the pong has been heard.
  socket.on('ping', () => socket.send(Buffer.of(0)))
  for (const hours of [1, -2, 3, 0]) {
    hand.set(hours * 3_600_000)
    const answered = once(heard, 'frame')
    hand.advance(30_000)
    await within(answered, 'an answer to a ping')
  }
  assert.equal(socket.readyState, socket.OPEN)
})

test('a server that is silent is left after three pings, although the clock was set back', async (t) => {
  const hand = new ManualClock()
  const { closed } = await openChannel(t, byHand(hand), { autoPong: false })
  hand.set(-3_600_000)
  hand.advance(90_000)
  assert.deepEqual(await within(closed, 'the channel is closed'), ['the server was silent', false])
})
