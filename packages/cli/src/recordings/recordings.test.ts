import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { givenNode } from '../testing/given-node.ts'
import { HeldWorld, holdSession } from '../testing/held-session.ts'
import { temporaryFolder } from '../testing/server-folder.ts'
import { testSurroundings } from '../testing/test-surroundings.ts'
import { exportRecording } from './export-recording.ts'
import { listRecordings } from './list-recordings.ts'
import { playRecording } from './play-recording.ts'

/** A terminal of so many columns that remembers what it was shown. */
function givenScreen(columns: number) {
  const signals = new Map<string, () => void>()
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode: (isRaw: boolean) => Object.assign(stdin, { isRaw }),
  })
  const chunks: Buffer[] = []
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns, rows: 24 })
  stdout.on('data', (bytes: Buffer) => chunks.push(bytes))
  const onSignal = (signal: string, act: () => void) => {
    signals.set(signal, act)
    return () => signals.delete(signal)
  }
  return { stdin, stdout, signals, onSignal, shown: () => Buffer.concat(chunks).toString() }
}

test('a shell on a node', async (t) => {
  const node = await givenNode(t)
  const { dataDir } = node.server
  const world = new HeldWorld()
  Object.assign(world.stdout, { isTTY: true, columns: 101, rows: 31 })
  const { sessionId, ended } = await holdSession(node, {}, world)
  world.stdin.write("printf '\\033[?1049h'; echo grüße-$((6*7))\r")
  await world.untilSaid(/grüße-42/)
  world.stdin.write('exit\r')
  await ended
  await eventually(async () => {
    const { Recordings } = await node.api.fairlead('ListRecordings', {})
    return Recordings?.[0]?.EndDate
  }, 'the recording has ended')

  await t.test('is listed in what fits the terminal', async () => {
    const wide = testSurroundings()
    await listRecordings({ dataDir, limit: 10 }, wide)
    const narrow = testSurroundings({ isTTY: true })
    Object.assign(narrow.stdout, { columns: 60 })
    await listRecordings({ dataDir, limit: 10 }, narrow)
    const json = testSurroundings()
    await listRecordings({ dataDir, limit: 10, json: true, user: 'root', node: node.nodeId }, json)

    const [head = '', line = ''] = wide.said().split('\n')
    assert.match(head, /^SESSION +NODE +USER +STARTED +LENGTH +SIZE +STATE$/)
    assert.match(line, new RegExp(`^${sessionId} +${node.nodeId} +root +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d +.* whole$`))
    for (const one of narrow.said().split('\n')) assert.ok(one.length <= 60, one)
    assert.match(narrow.said(), new RegExp(sessionId))
    assert.equal(JSON.parse(json.said())[0].SessionId, sessionId)
  })

  await t.test('is exported as an asciicast', async () => {
    const folder = temporaryFolder(t)
    const surroundings = testSurroundings({ workingDirectory: folder })
    await exportRecording(sessionId, { dataDir, output: 'a.cast' }, surroundings)
    const piped = testSurroundings()
    await exportRecording(sessionId, { dataDir }, piped)

    const text = readFileSync(join(folder, 'a.cast'), 'utf8')
    assert.equal(statSync(join(folder, 'a.cast')).mode & 0o777, 0o600)
    assert.equal(piped.said(), text)
    const [header, ...lines] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual([header.version, header.width, header.height], [2, 101, 31])
    const output = lines.flatMap(([, code, data]) => (code === 'o' ? [data] : [])).join('')
    assert.match(output, /grüße-42/)
    assert.ok(world.said.includes(output.trim()), 'what the client saw is what was recorded')
    assert.ok(lines.every(([, code]) => code !== 'i'))
    const nowhere = exportRecording(sessionId, { dataDir, output: 'no/such/place.cast' }, surroundings)
    await assert.rejects(nowhere, /cannot be written: name another with -o/)
    await assert.rejects(exportRecording(sessionId, { dataDir, output: '.' }, surroundings), /is a folder/)
  })

  await t.test('is exported through a pipe, which stays one', async () => {
    const surroundings = testSurroundings({ workingDirectory: temporaryFolder(t) })
    const pipe = join(surroundings.workingDirectory, 'pipe')
    execFileSync('mkfifo', [pipe])
    const [text] = await Promise.all([
      readFile(pipe, 'utf8'),
      exportRecording(sessionId, { dataDir, output: 'pipe' }, surroundings),
    ])
    assert.match(text, /grüße-42/)
    assert.ok(statSync(pipe).isFIFO())
  })

  await t.test('is played to a program that stops reading, and ends as others do', async () => {
    const screen = givenScreen(200)
    const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
    const stdout = Object.assign(new Writable({ highWaterMark: 1, write: (_b, _e, done) => done(broken) }), {
      columns: 0,
      rows: 0,
    })
    // As for the whole program.
    stdout.on('error', () => undefined)
    assert.equal(await playRecording(sessionId, { dataDir, speed: 1 }, testSurroundings(), { ...screen, stdout }), 141)
  })

  await t.test('is played, faster and without long pauses, and the terminal is as it was', async () => {
    const pauses: number[] = []
    const surroundings = testSurroundings({
      elapsed: () => 0,
      pause: async (ms) => {
        pauses.push(ms)
      },
    })
    const screen = givenScreen(80)
    const options = { dataDir, speed: 2, idleLimit: 0.1 }

    assert.equal(await playRecording(sessionId, options, surroundings, screen), 0)
    assert.match(screen.shown(), /grüße-42/)
    assert.ok(screen.shown().endsWith('\x1b[?25h\x1b[?1049l\r\n'))
    assert.match(surroundings.complained(), /recorded on 101x31; this terminal is 80x24/)
    assert.ok(pauses.length > 0)
    const longest = Math.max(...pauses.map((at, index) => at - (pauses[index - 1] ?? 0)))
    assert.ok(longest <= 51, `${longest} ms`)
    assert.equal(screen.stdin.isRaw, false)
  })

  await t.test('Ctrl-C ends it, as a key and as a signal', async () => {
    for (const how of ['key', 'signal']) {
      const screen = givenScreen(200)
      const surroundings = testSurroundings({
        pause: (_ms, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason))
            if (how === 'key') screen.stdin.write('\x03')
            else screen.signals.get('SIGINT')?.()
          }),
      })

      assert.equal(await playRecording(sessionId, { dataDir, speed: 0.000001 }, surroundings, screen), 130)
      assert.equal(screen.stdin.isRaw, false)
      assert.equal(screen.signals.size, 0)
    }
  })

  await t.test('errors say what to do', async () => {
    const surroundings = testSurroundings()
    await assert.rejects(exportRecording('root-0', { dataDir }, surroundings), /"fairlead recordings ls" shows/)
    const bob = (await node.server.user('bob', [])).credentials
    const environment = {
      AWS_ENDPOINT_URL: node.server.url,
      AWS_ACCESS_KEY_ID: bob?.accessKeyId,
      AWS_SECRET_ACCESS_KEY: bob?.secretAccessKey,
    }
    const asBob = testSurroundings({ environment })
    await assert.rejects(listRecordings({ limit: 10 }, asBob), /ls --user YOUR-USER-NAME/)
    await assert.rejects(
      listRecordings({ limit: 10, user: 'bob' }, asBob),
      /fairlead:ListRecordings on session\/bob-\*/,
    )
    await assert.rejects(exportRecording(sessionId, {}, asBob), /allows fairlead:GetRecording/)
  })
})
