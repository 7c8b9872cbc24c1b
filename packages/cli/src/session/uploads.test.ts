import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { decodeFrame } from '@fairlead/wire/frame'
import { decodeSize, payloadTypes } from '@fairlead/wire/session-message'
import { HeldWorld } from '../testing/held-session.ts'
import { beginWork, type SessionKind } from './begin-work.ts'
import { ClientStream } from './client-stream.ts'
import type { StartedSession } from './session-world.ts'

const MiB = 1024 * 1024
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/** A client's work on a data channel of which no receipt ever comes; `sent` are the payloads on it. */
function givenUpload(kind: SessionKind, world = new HeldWorld()) {
  const sent: { readonly payloadType: number; readonly payload: Buffer }[] = []
  const stream = new ClientStream(
    { now: () => new Date(), elapsed: () => 0, newId: randomUUID },
    {
      backlog: () => 0,
      onOutput() {},
      onFlow: (mayWrite) => work.setFlow(mayWrite),
      onChannelClosed() {},
    },
  )
  stream.attach({
    send(bytes) {
      const { payloadType, payload } = decodeFrame(bytes, { maxBytes: MiB, sha256 })
      sent.push({ payloadType, payload: Buffer.from(payload) })
    },
    pause() {},
    resume() {},
    close() {},
    closed: new Promise(() => undefined),
  })
  const outlet = {
    write: stream.write.bind(stream),
    outputTaken() {},
    onDrained() {},
    giveUp: () => false,
    end() {},
  }
  const calls = { resume: async (): Promise<StartedSession | undefined> => undefined, terminate: async () => {} }
  const work = beginWork(kind, 'alice-0123456789abcdef0', Object.assign(world, calls), outlet, () => {})
  const stop = async () => {
    stream.stop()
    await work.stop()
  }
  return { world, work, sent, stop }
}

const port = { sessionType: 'Port', agentVersion: '3.2.0.0' } as const
const ssh: SessionKind = { ...port, properties: { portNumber: '22' } }
const forward: SessionKind = {
  ...port,
  properties: { portNumber: '80', localPortNumber: '0', type: 'LocalPortForwarding' },
}

// Amazon's client sends 1 KiB and then waits a millisecond: 1,024 frames a MiB, a second's worth of waits.
test('a MiB of input is on its way in 32 frames of 32 KiB, before anything else happens', async (t) => {
  const { world, sent, stop } = givenUpload(ssh)
  t.after(stop)
  const bytes = Buffer.alloc(MiB, 'upload')
  world.stdin.emit('data', bytes)

  assert.deepEqual(
    sent.map(({ payload }) => payload.length),
    new Array(32).fill(32 * 1024),
  )
  assert.ok(Buffer.concat(sent.map(({ payload }) => payload)).equals(bytes))
})

test('a MiB through a forwarded port takes at most 64 frames, however the socket cuts it', async (t) => {
  const { world, sent, stop } = givenUpload(forward)
  t.after(stop)
  const [, local = ''] = await world.untilSaid(/Port (\d+) opened/)
  const socket = connect(Number(local), 'localhost')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  const length = () => sent.reduce((sum, { payload }) => sum + payload.length, 0)
  socket.write(Buffer.alloc(MiB))
  await eventually(() => (length() >= MiB ? true : undefined), 'a MiB is on its way')

  assert.ok(sent.length <= 64, `${sent.length} frames`)
})

test('of 100,000 sizes that nobody takes the first 2,000 are sent, and the last once there is room', async (t) => {
  const world = new HeldWorld()
  const stdout = Object.assign(world.stdout, { isTTY: true, columns: 1, rows: 24 })
  const shell = { sessionType: 'Standard_Stream', properties: null, agentVersion: '3.2.0.0' }
  const { work, sent, stop } = givenUpload(shell, world)
  t.after(stop)
  for (let count = 1; count < 100_000; count++) Object.assign(stdout, { columns: count % 500 }).emit('resize')
  Object.assign(stdout, { columns: 777 }).emit('resize')
  const told = () => sent.map(({ payload }) => decodeSize(payload).columns)
  assert.equal(told().length, 2_001)
  assert.ok(sent.every(({ payloadType }) => payloadType === payloadTypes.size))

  work.setFlow(true)
  assert.equal(told().at(-1), 777)
})
