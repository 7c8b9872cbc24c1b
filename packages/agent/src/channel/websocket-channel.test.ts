import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { within } from '@fairlead/testkit/within'
import { serverStops } from '@fairlead/wire/closing-words'
import { type WebSocket, WebSocketServer } from 'ws'
import { ControlPlane, roleSigner } from '../api/control-plane.ts'
import { systemClock as clock } from '../clock.ts'
import { openWebSocket } from './websocket-channel.ts'

const credentials = { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'token', expiresAt: 0 }

/** What the agent makes of a close of its channel. */
async function closedWith(t: TestContext, close: (server: WebSocket) => void): Promise<[string, boolean]> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  const closed = Promise.withResolvers<[string, boolean]>()
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
      onFrame() {},
    },
    { target: '/v1/control-channel/mi-0123456789abcdef0', greeting: 'hello' },
    (reason, isGoodbye) => closed.resolve([reason, isGoodbye]),
  )
  const [socket] = await coming
  close(socket)
  return await within(closed.promise, 'the channel is closed')
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
