import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { given, removal } from '@fairlead/testkit/given'
import { ManualClock } from '@fairlead/testkit/manual-clock'
import { encodeSize, payloadTypes } from '@fairlead/wire/session-message'
import { sessionsOn, sessionWorld } from '../testing/session-world.ts'
import { outputOf, untilEnded, untilOutput, watch } from './testing/watch.ts'

test('a recording is what the shell said and when, in whole characters, without what was typed', async (t) => {
  const world = await sessionWorld(t)
  const { root, clock } = world
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  client.send(encodeSize({ columns: 101, rows: 31 }), payloadTypes.size)
  await client.settle()
  const text = Buffer.from('grüße 🙂')
  for (const byte of text) agent.send(Buffer.of(byte))
  client.send('secret\r')
  await Promise.all([agent.settle(), client.settle()])
  clock.advance(1_500)
  client.send(encodeSize({ columns: 55, rows: 22 }), payloadTypes.size)
  await client.settle()
  agent.send(Buffer.from([0xff, 0xfe]))
  await Promise.all([agent.settle(), client.settle()])

  const { header, lines, text: file } = await untilOutput(root, started.sessionId, 'grüße 🙂\ufffd\ufffd')
  assert.equal(header['width'], 101)
  assert.equal(header['height'], 31)
  assert.equal(header['title'], `root on ${world.nodeId}`)
  assert.equal(header['timestamp'], Math.floor((clock.now().getTime() - 1_500) / 1000))
  assert.deepEqual(
    lines.slice(0, 7),
    [...'grüße 🙂'].map((character) => [0, 'o', character]),
  )
  assert.deepEqual(lines.slice(7), [
    [1.5, 'r', '55x22'],
    [1.5, 'o', '\ufffd\ufffd'],
  ])
  assert.doesNotMatch(file, /secret/)
})

test('a shell that speaks before its terminal has told its size is recorded in that size', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('$ ')
  await untilOutput(world.root, started.sessionId, '$ ')
  client.send(encodeSize({ columns: 101, rows: 31 }), payloadTypes.size)
  await client.settle()
  agent.send('up')

  const { header, lines } = await untilOutput(world.root, started.sessionId, '$ up')
  assert.deepEqual([header['width'], header['height']], [101, 31])
  assert.deepEqual(
    lines.map(([, code]) => code),
    ['o', 'o'],
  )
})

test('what is typed is recorded when the operator wants it', async (t) => {
  const world = await sessionWorld(t, { recordings: { hasInput: true } })
  const started = await world.start()
  await world.agent(started).open()
  const client = await world.client(started).open()
  client.send('typed\r')
  await client.settle()

  const cast = await eventually(async () => {
    const found = await watch(world.root, started.sessionId).catch(() => undefined)
    return found?.lines.length === 1 ? found : undefined
  }, 'a line')
  assert.deepEqual(cast.lines, [[0, 'i', 'typed\r']])
  const { Recordings } = await world.root.call('fairlead', 'ListRecordings', {})
  assert.equal(Recordings?.[0]?.HasInput, true)
})

test('frames that are sent again, or late, are recorded once and in their order', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  client.isMute = true
  const said: Uint8Array[] = []
  for (let count = 0; count < 20; count++) said.push(agent.send(`${count};`))
  agent.resend()
  await agent.settle()
  agent.cut()
  const late = agent.send('late;')
  await agent.open()
  const last = agent.send('last;')
  agent.socket?.send(last)
  agent.socket?.send(late)
  agent.resend()
  await agent.settle()

  const numbers = said.map((_, count) => `${count};`).join('')
  await untilOutput(world.root, started.sessionId, `${numbers}late;last;`)
})

test('neither ports nor what an operator has switched off is recorded', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start({
    DocumentName: 'AWS-StartPortForwardingSession',
    Parameters: { portNumber: ['80'] },
  })
  const agent = await world.agent(started).open()
  agent.send('bytes')
  await agent.settle()
  const off = await sessionWorld(t, { recordings: { isOn: false } })
  const silent = await off.start()
  const other = await off.agent(silent).open()
  other.send('bytes')
  await other.settle()

  assert.deepEqual((await world.root.call('fairlead', 'ListRecordings', {})).Recordings, [])
  assert.deepEqual((await off.root.call('fairlead', 'ListRecordings', {})).Recordings, [])
})

test('a session under a KMS key is not recorded, and that is told', async (t) => {
  const world = await sessionWorld(t)
  const { root, server } = world
  const { KeyMetadata } = await root.call('kms', 'CreateKey', {})
  const inputs = { kmsKeyId: KeyMetadata?.Arn, runAsEnabled: false }
  await root.call('ssm', 'CreateDocument', {
    Name: 'Encrypted',
    DocumentType: 'Session',
    DocumentFormat: 'JSON',
    Content: JSON.stringify({ schemaVersion: '1.0', sessionType: 'Standard_Stream', inputs }),
  })
  const started = await world.start({ DocumentName: 'Encrypted' })
  const agent = await world.agent(started).open()
  agent.send('ciphertext')
  await agent.settle()

  const recording = await eventually(async () => {
    const { Recordings } = await root.call('fairlead', 'ListRecordings', {})
    return Recordings?.[0]
  }, 'a recording that is none')
  assert.deepEqual([recording.SessionId, recording.Status], [started.sessionId, 'NotRecorded'])
  assert.match(recording.StatusDetails ?? '', /encrypted with a KMS key/)
  await assert.rejects(watch(root, started.sessionId), { code: 'RecordingNotAvailable' })
  assert.deepEqual(readdirSync(join(server.dataDir, 'recordings')), [])
})

test('a recording that has reached its longest length says so, and the session goes on', async (t) => {
  const world = await sessionWorld(t, { recordings: { mostBytes: 1_000 } })
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  for (let count = 0; count < 30; count++) agent.send('x'.repeat(100))
  await agent.untilAcknowledged()
  await world.complete(world.control, started.sessionId)
  await client.takeFarewell()
  client.cut()

  const cast = await untilOutput(world.root, started.sessionId, 'x'.repeat(1_000))
  const end = cast.lines.at(-1)
  assert.equal(end?.[1], 'm')
  assert.match(end?.[2] ?? '', /longest length of 1000 bytes/)
  assert.equal(client.deliveredBytes, 3_000)
  const recording = await untilEnded(world.root, started.sessionId)
  assert.deepEqual([recording.Status, recording.Bytes], ['Cut', 1_000])
})

test('on disk a recording is sealed and small', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  for (let count = 0; count < 20; count++) agent.send('a very secret line\r\n'.repeat(1_000))
  await agent.untilAcknowledged()
  await world.complete(world.control, started.sessionId)
  await client.takeFarewell()
  client.cut()
  const recording = await untilEnded(world.root, started.sessionId)

  assert.deepEqual([recording.Status, recording.Bytes], ['Recorded', 400_000])
  const bytes = readFileSync(onlyFile(world.server.dataDir))
  assert.ok(!bytes.includes('secret'))
  assert.ok(bytes.length < 20_000, `${bytes.length} bytes`)
})

test('a full disk costs the recording what does not fit in memory, and the session nothing', async (t) => {
  const world = await sessionWorld(t)
  const { root, clock } = world
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('before;')
  await untilOutput(root, started.sessionId, 'before;')
  const file = onlyFile(world.server.dataDir)
  clock.advance(5_000)
  await eventually(() => (isOpenHere(file) ? undefined : true), 'the file is let go')
  renameSync(file, `${file}.away`)
  symlinkSync('/dev/full', file)

  agent.send('meanwhile;')
  await eventually(
    async () => ((await world.metric('fairlead_recording_failures_total')) > 0 ? true : undefined),
    'full',
  )
  for (let count = 0; count < 5; count++) agent.send(Buffer.alloc(1024 * 1024, 'x'))
  await agent.untilAcknowledged()
  assert.equal(client.deliveredBytes, 17 + 5 * 1024 * 1024)
  rmSync(file)
  renameSync(`${file}.away`, file)
  clock.advance(1_000)
  await eventually(
    async () => ((await world.metric('fairlead_recordings_waiting_bytes')) === 0 ? true : undefined),
    'room',
  )
  agent.send(';after')
  await agent.untilAcknowledged()
  await world.complete(world.control, started.sessionId)
  await client.takeFarewell()
  client.cut()

  const recording = await untilEnded(root, started.sessionId)
  const cast = await watch(root, started.sessionId)
  const output = outputOf(cast)
  assert.ok(output.startsWith('before;meanwhile;xxx') && output.endsWith('x;after'), `${output.length}`)
  const missing = 5 * 1024 * 1024 - (output.length - 'before;meanwhile;;after'.length)
  assert.ok(missing > 0)
  assert.equal(recording.MissingBytes, missing)
  assert.equal(recording.Status, 'Incomplete')
  assert.equal(await world.metric('fairlead_recording_lost_bytes_total'), missing)
  assert.match(cast.lines.at(-2)?.[2] ?? '', new RegExp(`^${missing} bytes are missing here`))
})

test('recordings go after thirty days, and their files with them', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  t.after(() => rmSync(dataDir, removal))
  const world = await sessionWorld(t, { dataDir })
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('old')
  await untilOutput(world.root, started.sessionId, 'old')
  await world.complete(world.control, started.sessionId)
  await client.takeFarewell()
  client.cut()
  await untilEnded(world.root, started.sessionId)
  await world.server.stop()
  const after = (days: number) => new ManualClock(new Date(world.clock.now().getTime() + days * 24 * 60 * 60_000))

  const early = await given(t, { dataDir, clock: after(29) })
  assert.equal(outputOf(await watch(early.root, started.sessionId)), 'old')
  await early.stop()
  const late = await given(t, { dataDir, clock: after(31) })
  await eventually(async () => {
    const { Recordings } = await late.root.call('fairlead', 'ListRecordings', {})
    return Recordings?.length === 0 ? true : undefined
  }, 'the recording is gone')
  assert.deepEqual(readdirSync(join(dataDir, 'recordings')), [])
  await assert.rejects(watch(late.root, started.sessionId), { code: 'DoesNotExistException' })
})

test('a recording goes on in the next server, and one whose session has ended meanwhile is finished', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  t.after(() => rmSync(dataDir, removal))
  const world = await sessionWorld(t, { dataDir })
  const { clock, node } = world
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  agent.send('one;')
  await agent.untilAcknowledged()
  await world.server.stop()
  clock.advance(10_000)

  const next = await given(t, { clock, dataDir })
  const moved = sessionsOn(next, node, clock)
  await agent.move(moved.agent(started)).open()
  await client.move(moved.client({ ...started, token: await moved.resume(started.sessionId) })).open()
  agent.send('two;')
  await agent.untilAcknowledged()
  const { lines } = await untilOutput(next.root, started.sessionId, 'one;two;')
  assert.deepEqual(lines, [
    [0, 'o', 'one;'],
    [10, 'o', 'two;'],
  ])
  await next.root.call('ssm', 'TerminateSession', { SessionId: started.sessionId })
  agent.cut()
  clock.advance(5_000)
  await moved.untilStatus(started.sessionId, 'Terminated')
  // Its client is not told yet, so the recording waits for what it may still be shown.
  await next.stop()

  const last = await given(t, { clock, dataDir })
  const { EndDate, Bytes, Status } = await untilEnded(last.root, started.sessionId)
  assert.deepEqual([EndDate, Bytes, Status], [clock.now(), 8, 'Recorded'])
})

function onlyFile(dataDir: string): string {
  const folder = join(dataDir, 'recordings')
  const [name = '', ...more] = readdirSync(folder)
  assert.equal(more.length, 0)
  return join(folder, name)
}

/** Whether this process, which is the server too, has the file open. */
function isOpenHere(file: string): boolean {
  return readdirSync('/proc/self/fd').some((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === file
    } catch {
      return false // closed meanwhile
    }
  })
}
