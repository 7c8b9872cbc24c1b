import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { encodeSmuxFrame, mostSmuxData, SmuxError, SmuxReader, smuxCommands } from './smux-frame.ts'
import { type SmuxEvent, type SmuxRole, SmuxSession } from './smux-session.ts'

const limits = { mostStreams: 100, mostUnconsumed: 1_000_000 }
const sessionOf = (role: SmuxRole, changes: Partial<typeof limits> = {}) =>
  new SmuxSession(role, { ...limits, ...changes })
const { open, finish, data, keepAlive } = smuxCommands
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')
const plain = (events: readonly SmuxEvent[]) =>
  events.map((event) => ('bytes' in event ? { ...event, bytes: hex(event.bytes) } : event))

/** Cuts bytes into parts of the given lengths, over and over. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += parts.at(-1)?.length ?? 1) {
    parts.push(bytes.subarray(at, at + Math.max(1, lengths[parts.length % lengths.length] ?? 1)))
  }
  return parts
}

test('a frame is version, command, length and stream id, little-endian', () => {
  assert.equal(hex(encodeSmuxFrame(open, 3)), '0100000003000000')
  assert.equal(hex(encodeSmuxFrame(finish, 0x01020304)), '0101000004030201')
  assert.equal(hex(encodeSmuxFrame(data, 5, new Uint8Array([0xaa, 0xbb]))), '0102020005000000aabb')
  assert.equal(hex(encodeSmuxFrame(keepAlive, 0)), '0103000000000000')
  assert.throws(() => encodeSmuxFrame(data, 3, new Uint8Array(mostSmuxData + 1)), SmuxError)
})

test('frames are read the same wherever their bytes are cut', () => {
  const command = fc.oneof(
    fc.record({ command: fc.constantFrom(open, finish, keepAlive), data: fc.constant(new Uint8Array(0)) }),
    fc.record({ command: fc.constant(data), data: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  )
  const frames = fc.array(fc.tuple(command, fc.nat(0xffffffff)), { maxLength: 12 })

  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (frames, lengths) => {
      const stream = Buffer.concat(frames.map(([{ command, data }, id]) => encodeSmuxFrame(command, id, data)))
      const reader = new SmuxReader()
      const read: [number, number, string][] = []
      let inFrame = 0
      for (const piece of cut(stream, lengths).flatMap((part) => [...reader.read(part)])) {
        const last = read.at(-1)
        const continues = inFrame > 0 && piece.command === data && last !== undefined
        if (continues) last[2] += hex(piece.bytes)
        else read.push([piece.command, piece.streamId, hex(piece.bytes)])
        const whole = frames[read.length - 1]?.[0].data.length ?? 0
        inFrame = whole - (read.at(-1)?.[2].length ?? 0) / 2
      }
      assert.deepEqual(
        read,
        frames.map(([{ command, data }, id]) => [command, id, hex(data)]),
      )
    }),
  )
})

test('an unknown version or command, a longer frame than allowed and a length where none belongs end the session', () => {
  const faults = ['0200000003000000', '0104000003000000', '0102018003000000', '0100010003000000', '0103010000000000']
  for (const fault of faults) {
    assert.throws(() => new SmuxReader().read(Buffer.from(fault, 'hex')), SmuxError, fault)
  }
  assert.deepEqual(new SmuxReader().read(Buffer.from('0102008003000000', 'hex')), [])
})

test('the streams of a client are odd from 3 on, as those of session-manager-plugin are', () => {
  const client = sessionOf('client')
  const server = sessionOf('server')

  const first = client.open()

  assert.deepEqual([first.streamId, hex(first.bytes), client.open().streamId], [3, '0100000003000000', 5])
  assert.deepEqual([server.open().streamId, server.open().streamId], [2, 4])
  assert.deepEqual(server.receive(first.bytes), [{ kind: 'opened', streamId: 3 }])
  assert.deepEqual(server.receive(first.bytes), [])
  assert.throws(() => server.receive(encodeSmuxFrame(open, 6)), SmuxError)
  assert.throws(() => client.receive(encodeSmuxFrame(open, 7)), SmuxError)
})

test('data is sent in frames of at most 32 KiB', () => {
  const client = sessionOf('client')
  const { streamId } = client.open()
  assert.deepEqual(
    client.write(streamId, new Uint8Array(70_000)).map((frame) => frame.length - 8),
    [32_760, 32_760, 4_480],
  )
  assert.deepEqual(client.write(streamId, new Uint8Array(0)), [])
})

test('an end that has finished still receives, and the stream is gone when both have', () => {
  const client = sessionOf('client')
  const server = sessionOf('server')
  const { streamId, bytes } = client.open()
  server.receive(bytes)

  assert.deepEqual(server.receive(client.finish(streamId) ?? bytes), [{ kind: 'finished', streamId }])
  assert.equal(client.finish(streamId), undefined)
  assert.throws(() => client.write(streamId, new Uint8Array(1)), SmuxError)
  const answer = client.receive(Buffer.concat(server.write(streamId, new Uint8Array([1]))))
  assert.deepEqual(plain(answer), [{ kind: 'data', streamId, bytes: '01' }])
  client.receive(server.finish(streamId) ?? bytes)
  assert.deepEqual([client.streams, server.streams], [1, 0])
  client.consumed(streamId, 1)
  assert.equal(client.streams, 0)
})

test('what comes for a stream that was closed, refused or never opened is dropped', () => {
  const server = sessionOf('server', { mostStreams: 1 })
  const to = (streamId: number) => encodeSmuxFrame(data, streamId, new Uint8Array(5))
  server.receive(encodeSmuxFrame(open, 3))
  assert.deepEqual(server.receive(encodeSmuxFrame(open, 5)), [{ kind: 'refused', reply: encodeSmuxFrame(finish, 5) }])

  assert.equal(hex(server.close(3)), hex(encodeSmuxFrame(finish, 3)))

  assert.equal(server.close(3), undefined)
  for (const streamId of [3, 5, 7]) {
    assert.deepEqual(server.receive(Buffer.concat([to(streamId), encodeSmuxFrame(finish, streamId)])), [])
  }
  assert.deepEqual([server.streams, server.hasRoom], [0, true])
  assert.throws(() => server.write(3, new Uint8Array(1)), SmuxError)
})

test('data after its own end is dropped', () => {
  const server = sessionOf('server')
  server.receive(Buffer.concat([encodeSmuxFrame(open, 3), encodeSmuxFrame(finish, 3)]))
  assert.deepEqual(server.receive(encodeSmuxFrame(data, 3, new Uint8Array(5))), [])
})

test('no more streams are opened than allowed', () => {
  const client = sessionOf('client', { mostStreams: 2 })
  client.open()
  const { streamId } = client.open()
  assert.throws(() => client.open(), SmuxError)
  client.close(streamId)
  assert.equal(client.open().streamId, 7)
})

test('there is no room while data is not consumed, and there is again when it is or its stream is closed', () => {
  const server = sessionOf('server', { mostUnconsumed: 10 })
  const five = new Uint8Array(5)
  server.receive(Buffer.concat([encodeSmuxFrame(open, 3), encodeSmuxFrame(open, 5)]))
  server.receive(Buffer.concat([encodeSmuxFrame(data, 3, five), encodeSmuxFrame(data, 5, five)]))
  assert.equal(server.hasRoom, false)

  server.consumed(3, 1)
  assert.equal(server.hasRoom, true)
  server.receive(encodeSmuxFrame(data, 3, five))
  assert.equal(server.hasRoom, false)
  server.consumed(7, 100)
  server.consumed(5, -100)
  assert.equal(server.hasRoom, false)
  server.close(5)
  assert.equal(server.hasRoom, true)
  server.consumed(3, 1e9)
  server.receive(encodeSmuxFrame(data, 3, five))
  assert.equal(server.hasRoom, true)
})

test('a sign of life is an event, and no stream', () => {
  const server = sessionOf('server')
  assert.deepEqual(server.receive(sessionOf('client').keepAlive()), [{ kind: 'keptAlive' }])
})

test('streams of both ends, interleaved and cut anywhere, carry what was written and end once', () => {
  const act = fc.record({
    byClient: fc.boolean(),
    stream: fc.nat(5),
    bytes: fc.uint8Array({ maxLength: 60 }),
    ends: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  })
  const courses = fc.record({
    acts: fc.array(act, { maxLength: 60, size: 'max' }),
    lengths: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
  })

  fc.assert(
    fc.property(courses, ({ acts, lengths }) => {
      const ends = { client: sessionOf('client'), server: sessionOf('server') }
      const opened = [0, 1, 2].flatMap(() => [
        { by: 'client' as const, ...ends.client.open() },
        { by: 'server' as const, ...ends.server.open() },
      ])
      const sent = { client: [] as Uint8Array[], server: [] as Uint8Array[] }
      const written: Record<string, string> = {}
      for (const { by, bytes } of opened) sent[by].push(bytes)
      for (const { by, bytes } of opened) ends[by === 'client' ? 'server' : 'client'].receive(bytes)
      const finished = new Set<string>()
      for (const { byClient, stream, bytes, ends: isLast } of acts) {
        const by = byClient ? 'client' : 'server'
        const streamId = opened[stream]?.streamId ?? 0
        const name = `${by} ${streamId}`
        if (finished.has(name)) continue
        sent[by].push(...ends[by].write(streamId, bytes))
        written[name] = (written[name] ?? '') + hex(bytes)
        const last = isLast ? ends[by].finish(streamId) : undefined
        if (last !== undefined) {
          sent[by].push(last)
          finished.add(name)
        }
      }

      const read: Record<string, string> = Object.fromEntries(Object.keys(written).map((name) => [name, '']))
      const ended: string[] = []
      for (const [from, receiver] of [
        ['client', sessionOf('server')],
        ['server', sessionOf('client')],
      ] as const) {
        for (let more = 0; more < 3; more++) receiver.open()
        for (const part of cut(Buffer.concat(sent[from]), lengths)) {
          for (const event of receiver.receive(part)) {
            if (event.kind === 'data') {
              const name = `${from} ${event.streamId}`
              read[name] += hex(event.bytes)
              receiver.consumed(event.streamId, event.bytes.length)
            }
            if (event.kind === 'finished') ended.push(`${from} ${event.streamId}`)
          }
        }
        assert.equal(receiver.hasRoom, true)
      }
      assert.deepEqual(read, written)
      assert.deepEqual(ended.sort(), [...finished].sort())
    }),
  )
})

test('no bytes make a session throw anything but a SmuxError, or hold more than it may', () => {
  const frame = fc
    .tuple(fc.constantFrom(open, finish, data), fc.nat(6), fc.uint8Array({ maxLength: 20 }))
    .map(([command, id, bytes]) => encodeSmuxFrame(command, id, command === data ? bytes : undefined))
  const inputs = fc.array(fc.oneof({ weight: 8, arbitrary: frame }, fc.uint8Array({ maxLength: 12 })))

  fc.assert(
    fc.property(inputs, fc.constantFrom('client' as const, 'server' as const), (parts, role) => {
      const session = sessionOf(role, { mostStreams: 2 })
      try {
        for (const part of parts) session.receive(part)
      } catch (error) {
        assert.ok(error instanceof SmuxError, String(error))
      }
      assert.ok(session.streams <= 2)
    }),
    { numRuns: 300 },
  )
})
