import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'

import { deafListener } from '@fairlead/testkit/deaf-listener'
import type { FakeSession } from '@fairlead/testkit/fake-session'
import { givenSession } from '@fairlead/testkit/given-session'
import { SmuxSession } from '@fairlead/wire/smux-session'
import { systemClock } from '../clock.ts'
import { addressesOf } from './port/dial.ts'

/** A TCP server on a free port of the loopback; `onSocket` says what it does. */
async function givenTarget(t: TestContext, onSocket: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return String(typeof address === 'object' ? address?.port : '')
}

const port = (properties: Readonly<Record<string, string>>, clientVersion = '1.2.677.0') => ({
  document: { sessionType: 'Port', properties },
  clientVersion,
})

const forward = (portNumber: string) => port({ portNumber, localPortNumber: '0', type: 'LocalPortForwarding' })

/** The client's end of smux over a session. */
class MuxClient {
  readonly received = new Map<number, Buffer[]>()
  readonly finished = new Set<number>()
  readonly #mux = new SmuxSession('client', { mostStreams: 100, mostUnconsumed: 2 ** 30 })
  readonly #session: FakeSession
  #taken = 0

  constructor(session: FakeSession) {
    this.#session = session
  }

  open(): number {
    const { streamId, bytes } = this.#mux.open()
    this.received.set(streamId, [])
    this.#session.paste(bytes)
    return streamId
  }

  send(streamId: number, data: Uint8Array): void {
    for (const frame of this.#mux.write(streamId, data)) this.#session.paste(frame)
  }

  finish(streamId: number): void {
    const bytes = this.#mux.finish(streamId)
    if (bytes !== undefined) this.#session.paste(bytes)
  }

  /** Takes what has come in; answers what there is of a stream. */
  read(streamId: number): Buffer {
    const { frames } = this.#session
    while (this.#taken < frames.length) {
      for (const event of this.#mux.receive(frames[this.#taken++] ?? Buffer.alloc(0))) {
        if (event.kind === 'data') {
          this.received.get(event.streamId)?.push(Buffer.from(event.bytes))
          this.#mux.consumed(event.streamId, event.bytes.length)
        }
        if (event.kind === 'finished') this.finished.add(event.streamId)
      }
    }
    return Buffer.concat(this.received.get(streamId) ?? [])
  }
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('an SSH session carries raw bytes both ways and ends with the connection', async (t) => {
  const bytes = randomBytes(300_000)
  const portNumber = await givenTarget(t, (socket) => {
    socket.write('SSH-2.0-test\r\n')
    let missing = bytes.length + 'bye'.length
    socket.on('data', (part) => {
      socket.write(part)
      missing -= part.length
      if (missing === 0) socket.end()
    })
  })

  const { server, session, ended } = await givenSession(t, port({ portNumber }))
  await server.until('the banner', () => session.text === 'SSH-2.0-test\r\n')
  session.paste(bytes)
  await server.until('the echo', () => session.length >= 14 + bytes.length)
  session.type('bye')
  const end = await ended

  assert.equal(end.status, 'Success')
  assert.equal(digest(session.bytes.subarray(14, 14 + bytes.length)), digest(bytes))
  assert.equal(session.hasShaken, true)
  const [action] = session.handshake?.actions ?? []
  assert.deepEqual(action, { kind: 'sessionType', sessionType: 'Port', properties: { portNumber } })
  assert.match(session.handshake?.agentVersion ?? '', /^\d+\.\d+\.\d+\.\d+$/)
})

test('a port on which nobody listens fails with a text that says so', async (t) => {
  const { ended } = await givenSession(t, port({ portNumber: '1' }))
  const end = await ended

  assert.equal(end.status, 'Failed')
  assert.match(end.output, /could not connect to port 1 of localhost/)
})

/** Its timers run a hundred times faster than the real ones. */
const fastClock = { ...systemClock, after: (ms: number, act: () => void) => systemClock.after(ms / 100, act) }

/** How many connections to a port wait for an answer: SYN_SENT is 02 (proc_net_tcp.rst of the kernel). */
function dialling(portNumber: string): number {
  const to = new RegExp(`:${Number(portNumber).toString(16).padStart(4, '0')} 02 `, 'gi')
  return readFileSync('/proc/net/tcp', 'utf8').match(to)?.length ?? 0
}

test('a target that never answers is given up after 15 seconds, with a reason, and nothing is left of the try', async (t) => {
  const portNumber = String(await deafListener(t))
  const deaf = port({ host: '127.0.0.1', portNumber })
  const { server, session, ended } = await givenSession(t, deaf, undefined, fastClock)
  await server.until('the handshake', () => session.hasShaken)
  session.type('SSH-2.0-test')
  const end = await ended

  assert.equal(end.status, 'Failed')
  assert.equal(end.output, `The node could not connect to port ${portNumber} of 127.0.0.1: no answer`)
  assert.equal(dialling(portNumber), 0)
})

test('twenty streams to a target that never answers end with flag 3, and the session goes on', async (t) => {
  const portNumber = String(await deafListener(t))
  const properties = { host: '127.0.0.1', portNumber, localPortNumber: '0', type: 'LocalPortForwarding' }
  const { server, session, ended } = await givenSession(t, port(properties), undefined, fastClock)
  await server.until('the handshake', () => session.hasShaken)
  const client = new MuxClient(session)
  const streams = Array.from({ length: 20 }, () => client.open())
  for (const streamId of streams) client.send(streamId, Buffer.alloc(10_000))
  const [first = 0] = streams
  await server.until('the ends', () => client.read(first) && streams.every((streamId) => client.finished.has(streamId)))

  assert.deepEqual(session.flags, new Array(20).fill(3))
  assert.equal(dialling(portNumber), 0)
  assert.deepEqual(session.states, ['Connected'])
  session.flag(2)
  assert.equal((await ended).status, 'Success')
})

test('a session that ends while its target is dialled leaves nothing behind', async (t) => {
  const portNumber = String(await deafListener(t))
  const { server, session, ended } = await givenSession(t, port({ host: '127.0.0.1', portNumber }))
  await server.until('the handshake', () => session.hasShaken)
  await server.until('the try', () => dialling(portNumber) === 1, 10_000, 5)
  session.flag(2)

  assert.equal((await ended).status, 'Success')
  assert.equal(dialling(portNumber), 0)
})

test('metadata and link-local addresses are denied, however they are written', async (t) => {
  for (const type of ['LocalPortForwarding', '']) {
    const { ended } = await givenSession(t, port({ host: '169.254.169.254', portNumber: '80', type }))
    const end = await ended
    assert.equal(end.status, 'Failed')
    assert.equal(end.output, 'Forwarding to IP address 169.254.169.254 is forbidden.')
  }
  for (const host of ['2852039166', '::ffff:169.254.169.254', 'fe80::1%lo', 'fd00:ec2::254', '64:ff9b::a9fe:a9fe']) {
    await assert.rejects(
      addressesOf({ host, port: 80 }),
      /^DeniedError: Forwarding to IP address \S+ is forbidden\.$/,
      host,
    )
  }
  assert.notEqual((await addressesOf({ host: 'localhost', port: 80 })).length, 0)
})

test('an older client has one connection after the other', async (t) => {
  let connections = 0
  const portNumber = await givenTarget(t, (socket) => {
    const number = ++connections
    socket.on('data', (bytes) => socket.write(`${number}:${bytes}`))
    socket.on('end', () => socket.end())
  })
  const { server, session, ended } = await givenSession(t, { ...forward(portNumber), clientVersion: '1.1.50.0' })

  await server.until('the handshake', () => session.hasShaken)
  session.type('one')
  await server.until('the first answer', () => session.text === '1:one')
  session.flag(1)
  session.type('two')
  await server.until('the second answer', () => session.text === '1:one2:two')
  session.flag(2)

  assert.equal((await ended).status, 'Success')
})

test('four streams at once go both ways unmixed, through a cut connection', async (t) => {
  const portNumber = await givenTarget(t, (socket) => socket.pipe(socket))
  const { server, session, ended } = await givenSession(t, forward(portNumber))
  await server.until('the handshake', () => session.hasShaken)
  const client = new MuxClient(session)
  const streams = Array.from({ length: 4 }, () => ({ streamId: client.open(), bytes: randomBytes(200_000) }))

  for (const { streamId, bytes } of streams) client.send(streamId, bytes)
  session.drop()
  for (const { streamId, bytes } of streams) {
    await server.until('the echo', () => client.read(streamId).length >= bytes.length, 20_000)
    assert.equal(digest(client.read(streamId)), digest(bytes))
    client.finish(streamId)
  }
  await server.until('the ends', () => client.read(0) && streams.every(({ streamId }) => client.finished.has(streamId)))
  session.flag(2)

  assert.equal((await ended).status, 'Success')
})

test('a stream half closed by the client still gets its answer', async (t) => {
  const portNumber = await givenTarget(t, (socket) => {
    let length = 0
    socket.on('data', (bytes) => {
      length += bytes.length
    })
    socket.on('end', () => socket.end(`${length} bytes`))
  })
  const { server, session } = await givenSession(t, forward(portNumber))
  await server.until('the handshake', () => session.hasShaken)
  const client = new MuxClient(session)

  const streamId = client.open()
  client.send(streamId, Buffer.alloc(50_000))
  client.finish(streamId)
  await server.until('the end', () => client.read(streamId) && client.finished.has(streamId))

  assert.equal(client.read(streamId).toString(), '50000 bytes')
})

test('a target that is closed ends its stream with flag 3, and the session goes on', async (t) => {
  const { server, session } = await givenSession(t, forward('1'))
  await server.until('the handshake', () => session.hasShaken)
  const client = new MuxClient(session)

  const streamId = client.open()
  await server.until('the end', () => client.read(streamId) && client.finished.has(streamId))

  assert.deepEqual(session.flags, [3])
  assert.deepEqual(session.states, ['Connected'])
})

test('a target that does not read slows its client down, and nothing is lost', async (t) => {
  let target: Socket | undefined
  let length = 0
  const portNumber = await givenTarget(t, (socket) => {
    target = socket.pause()
    socket.on('data', (bytes) => {
      length += bytes.length
    })
  })
  const { server, session, ended } = await givenSession(t, port({ portNumber }))
  await server.until('the target', () => target, 10_000, 5)
  const bytes = Buffer.alloc(16_000_000)

  for (let at = 0; at < bytes.length; at += 32_768) session.type(bytes.subarray(at, at + 32_768))
  await server.until('receipts that stop', () => session.unacknowledged > 0 && session.unacknowledged < 450)
  target?.resume()
  await server.until('all of it', () => length === bytes.length, 20_000, 5)

  await server.until('the receipts', () => session.unacknowledged === 0, 20_000, 5)
  target?.end()
  await ended
})

test('bytes that are no smux end the session with a reason', async (t) => {
  const { server, session, ended } = await givenSession(t, forward('1'))
  await server.until('the handshake', () => session.hasShaken)

  session.type(Buffer.alloc(64, 0xff))

  const end = await ended
  assert.match(end.output, /rules of multiplexing/)
})
