import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { MessageOutput } from './message-output.ts'

const lengths = [1, 125, 126, 127, 4096, 4097, 65_535, 65_536, 70_000, 3]

for (const isMasked of [false, true]) {
  const side = isMasked ? 'client' : 'server'
  test(`another implementation reads what a ${side} writes: every length, all in order, whole and binary`, async (t) => {
    const { output, messages } = await given(t, isMasked)

    for (const turn of [lengths, lengths.toReversed()]) {
      for (const length of turn) output.send(Buffer.alloc(length, length % 251))
      await messages(turn.length)
    }

    const expected = [...lengths, ...lengths.toReversed()].map((length) => Buffer.alloc(length, length % 251))
    assert.deepEqual(await messages(0), expected)
  })
}

test('what waits is written by a flush, before what is written next', async (t) => {
  const { output, messages, socket } = await given(t, false)

  output.send(Buffer.from('one'))
  output.flush()
  socket.send(Buffer.from('two'))

  assert.equal(Buffer.concat(await messages(2)).toString(), 'onetwo')
  assert.equal(output.waitingBytes, 0)
})

test('nothing is written any more once the websocket is closing', async (t) => {
  const { output, socket } = await given(t, false)

  output.send(Buffer.from('late'))
  const closed = once(socket, 'close')
  socket.close(1000)
  output.flush()

  assert.deepEqual((await closed)[0], 1000)
})

/** Two ends of a websocket, one of which writes by an output. */
async function given(t: TestContext, isMasked: boolean) {
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo // a TCP server's
  const upgraded = once(http, 'upgrade')
  const client = new WebSocket(`ws://127.0.0.1:${port}`, { generateMask: (mask) => mask.fill(0) })
  const answered = once(client, 'upgrade')
  const [request, stream, head] = (await upgraded) as [IncomingMessage, Duplex, Buffer] // as node:http has it
  const server = await new Promise<WebSocket>((resolve) => {
    new WebSocketServer({ noServer: true }).handleUpgrade(request, stream, head, resolve)
  })
  const [answer] = (await answered) as [IncomingMessage]
  t.after(() => {
    client.terminate()
    server.terminate()
    http.close()
  })
  const [socket, reader] = isMasked ? [client, server] : [server, client]
  const came: Buffer[] = []
  let heard = () => {}
  reader.on('message', (bytes, isBinary) => {
    assert.ok(isBinary)
    came.push(bytes as Buffer)
    heard()
  })
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open')
  const output = new MessageOutput({
    stream: isMasked ? answer.socket : stream,
    isMasked,
    allocate: (length) => Buffer.alloc(length, 0xff),
    later: process.nextTick,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    drained: () => undefined,
  })
  let awaited = 0
  /** All that came, once there are so many more. */
  const messages = async (more: number) => {
    awaited += more
    while (came.length < awaited)
      await new Promise<void>((resolve) => {
        heard = resolve
      })
    return came
  }
  return { output, messages, socket }
}
