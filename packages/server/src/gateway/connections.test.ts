import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { connect as connectSecurely } from 'node:tls'
import { eventually } from '@fairlead/testkit/eventually'
import { given } from '@fairlead/testkit/given'

async function open(t: TestContext, url: string): Promise<Socket> {
  const { hostname: host, port, protocol } = new URL(url)
  // What is refused is refused before anybody has to trust anybody.
  const socket =
    protocol === 'https:'
      ? connectSecurely({ host, port: Number(port), rejectUnauthorized: false })
      : connect({ host, port: Number(port) })
  t.after(() => socket.destroy())
  await once(socket, protocol === 'https:' ? 'secureConnect' : 'connect')
  return socket
}

/** What comes back until the server closes. */
async function answerTo(socket: Socket, head: string): Promise<string> {
  let text = ''
  socket.on('data', (part: Buffer) => {
    text += part.toString()
  })
  socket.write(head)
  await once(socket, 'close')
  return text
}

const health = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const channel =
  'GET /v1/control-channel/mi-1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

for (const secure of [false, true]) {
  test(`one ${secure ? 'https' : 'http'} connection too many is told so and closed, and has room later`, async (t) => {
    const { server, root } = await given(t, { secure, maxConnections: 16 })
    const url = server.urls.at(-1) ?? ''
    await root.query('sts', 'GetCallerIdentity', {})
    const idle = await Promise.all(Array.from({ length: 16 }, () => open(t, url)))

    const refused = await answerTo(await open(t, url), health)
    const noChannel = await answerTo(await open(t, url), channel)

    assert.match(
      refused,
      /^HTTP\/1\.1 503 [\s\S]*Connection: close[\s\S]*ServiceUnavailableException[\s\S]*Too many connections/,
    )
    assert.match(noChannel, /^HTTP\/1\.1 503 [\s\S]*Too many connections/)
    for (const socket of idle) socket.destroy()
    await eventually(
      async () => (/^HTTP\/1\.1 200 /.test(await answerTo(await open(t, url), health)) ? true : undefined),
      'there is room again',
    )
  })
}
