import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import type { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'
import type { FakeSession } from '@fairlead/testkit/fake-session'
import { givenSession } from '@fairlead/testkit/given-session'
import type { SessionRequest } from '@fairlead/testkit/session-request'
import { encodeSize, payloadTypes } from '@fairlead/wire/session-message'
import { systemClock } from '../clock.ts'
import { startShell } from './shell/shell-session.ts'
import type { Ending, Outlet } from './stream/session-work.ts'

const prompt = /[$#] $/

async function givenShell(t: TestContext, request?: SessionRequest, environment?: Readonly<Record<string, string>>) {
  const given = await givenSession(t, request, environment)
  await given.server.until('the prompt', () => prompt.test(given.session.text))
  return given
}

/** A terminal that changes nothing of what goes through it, with a program on it. */
async function givenProgram(t: TestContext, command: string, clock = systemClock) {
  const properties = { linux: { commands: `stty raw -echo; echo ready; ${command}` } }
  const request = { document: { sessionType: 'InteractiveCommands', properties } }
  const given = await givenSession(t, request, undefined, clock)
  await given.server.until('the program', () => given.session.text.startsWith('ready\n'))
  return given
}

const plain = { profile: '', runAs: undefined, environment: { PATH: '/usr/bin:/bin' }, directory: '/' }

class RecordingOutlet implements Outlet {
  text = ''
  readonly ended: Promise<Ending>
  end: (ending: Ending) => void = () => undefined

  constructor() {
    this.ended = new Promise((resolve) => {
      this.end = resolve
    })
  }

  write(_payloadType: number, payload: Uint8Array): void {
    this.text += Buffer.from(payload).toString()
  }

  inputTaken(): void {}
}

const seen = (server: FakeControlPlane, session: FakeSession, pattern: RegExp) =>
  server.until(String(pattern), () => pattern.exec(session.text) ?? undefined)

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('a shell opens, takes the size of the client, and its end is told', async (t) => {
  const { server, session, ended } = await givenShell(t)

  session.type('echo hello $TERM; stty size\n')
  await seen(server, session, /hello xterm-256color\r\n24 80/)
  session.resize(100, 40)
  session.type('stty size; exit\n')
  await seen(server, session, /40 100/)

  assert.equal((await ended).status, 'Success')
  assert.deepEqual(session.states, ['Connected', 'Terminating'])
  assert.deepEqual(server.faults, [])
})

test('Ctrl-C interrupts what runs and not the shell', async (t) => {
  const { server, session } = await givenShell(t)

  session.type('sh -c "echo u\'\'p; exec sleep 600"\n')
  await seen(server, session, /up\r\n/)
  session.type('\x03')
  session.type('echo still $((20 + 3))\n')

  await seen(server, session, /still 23/)
})

test('a shell profile is typed into the shell first', async (t) => {
  const inputs = { shellProfile: { linux: 'export COLOUR=red', windows: '' } }
  const { server, session } = await givenShell(t, { document: { inputs } })

  session.type('echo it is $COLOUR\n')

  await seen(server, session, /it is red/)
})

test('characters of several bytes are whole in each frame, and bytes that are none arrive as they are', async (t) => {
  // A program that is held up in the middle of a character, on a busy machine, is waited for.
  const patient = { ...systemClock, after: (ms: number, act: () => void) => systemClock.after(50 * ms, act) }
  const text = `awk 'BEGIN { for (i = 0; i < 20000; i++) printf "日本語é😀" }'; sleep 600`
  const whole = await givenProgram(t, text, patient)
  await whole.server.until('all of it', () => whole.session.length >= 6 + 20_000 * Buffer.byteLength('日本語é😀'))
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  for (const frame of whole.session.frames) utf8.decode(frame)
  assert.ok(
    whole.session.frames.some(({ length }) => length > 16_000),
    'output is gathered in long frames',
  )

  const cut = await givenProgram(t, String.raw`printf 'a\343\201'; sleep 600`)
  await cut.server.until('the cut character', () => cut.session.bytes.equals(Buffer.from('ready\na\xe3\x81', 'latin1')))
})

test('a paste of 5 MB arrives whole, and so does its echo', async (t) => {
  const { server, session } = await givenProgram(t, 'cat')
  const paste = randomBytes(5_000_000)

  session.paste(paste)
  await server.until('the echo', () => session.length >= 6 + paste.length, 60_000)

  assert.equal(digest(session.bytes.subarray(6)), digest(paste))
})

test('output waits for a client that does not acknowledge, and none of it is lost', async (t) => {
  const { server, session, ended } = await givenProgram(t, 'seq 1 2000000; echo END')
  session.acknowledges = false
  const before = session.received
  await server.until('a pause', () => session.received - before > 0)
  session.acknowledges = true

  await server.until('the end', () => session.tail.endsWith('END\n'), 60_000)

  assert.equal(session.bytes.length, 'ready\n'.length + 14_888_896 + 'END\n'.length)
  assert.equal((await ended).status, 'Success')
})

test('every 7th message lost in both directions costs time and nothing else', async (t) => {
  const { server, session } = await givenProgram(t, 'cat')
  session.losesEvery = 7
  const bytes = randomBytes(60_000)

  session.paste(bytes)
  await server.until('the echo', () => session.length >= 6 + bytes.length, 60_000)

  assert.equal(digest(session.bytes.subarray(6)), digest(bytes))
})

test('connections that are cut lose nothing in either direction', async (t) => {
  const { server, session } = await givenProgram(t, 'cat')
  const bytes = randomBytes(300_000)

  for (let cut = 0; cut < 3; cut++) {
    session.paste(bytes.subarray(cut * 100_000, (cut + 1) * 100_000))
    const connections = session.connections
    session.drop()
    await server.until('the next connection', () => session.connections > connections)
  }
  await server.until('the echo', () => session.length >= 6 + bytes.length, 30_000)

  assert.equal(digest(session.bytes.subarray(6)), digest(bytes))
  assert.deepEqual(session.states, ['Connected'])
})

test('1,000 changes of size leave the last one, and keys that follow it find it', async (t) => {
  const { server, session } = await givenShell(t)

  for (let change = 0; change < 1_000; change++) session.resize(80 + (change % 100), 24)
  session.resize(123, 45)
  session.type('stty size\n')

  await seen(server, session, /45 123/)
})

test('of 100,000 changes of size at once a program is told of few', async () => {
  const outlet = new RecordingOutlet()
  const shell = startShell({ ...plain, command: 'trap "echo changed" WINCH; echo up; read line' }, outlet, systemClock)
  await eventually(() => (outlet.text.includes('up') ? true : undefined), 'the start')

  for (let change = 0; change < 100_000; change++) {
    shell.takeInput(payloadTypes.size, encodeSize({ columns: 80 + (change % 100), rows: 24 }))
  }
  shell.takeInput(payloadTypes.output, Buffer.from('done\n'))
  await outlet.ended

  assert.ok(outlet.text.split('changed').length < 10, outlet.text)
})

test('a size of nothing and garbage on the channel change nothing', async (t) => {
  const { server, session } = await givenShell(t)

  session.resize(0, 0)
  session.send(3, Buffer.from('{"cols":"many"}'))
  session.sendBytes(randomBytes(300))
  session.sendBytes(Buffer.alloc(120))
  session.send(4, Buffer.from('what is this'))
  session.type('stty size\n')

  await seen(server, session, /24 80/)
})

test('a paused session is silent until its client is heard of again', async (t) => {
  const { server, session } = await givenShell(t)

  session.pause()
  session.type('seq 1 300000; echo THE END\n')

  await server.until('the end', () => /THE END\r\n/.test(session.tail), 30_000)
})

test('TerminateSession ends a shell that is deaf to a hangup', async (t) => {
  const { server, session, stateDirectory, ended } = await givenShell(t)
  const file = join(stateDirectory, 'pid')
  session.type(`echo $$ > ${file}; trap '' HUP TERM; while :; do sleep 0.2; done\n`)
  const pid = await server.until('the shell', () => pidIn(file), 30_000, 5)

  session.close(server.nodeId)

  assert.deepEqual(await ended, { status: 'Success', output: '' })
  await server.until('the end of the shell', () => !isRunning(pid), 30_000, 5)
})

test('what is in the background and keeps the terminal does not hold up the end', async (t) => {
  const { session, ended } = await givenShell(t)

  session.type('sleep 5 & exit\n')

  assert.equal((await ended).status, 'Success')
})

test('a session that the server knows no more ends by itself', async (t) => {
  const { server, session, ended } = await givenShell(t)

  server.forgetSession(session.sessionId)

  assert.equal((await ended).status, 'Success')
})

test('a shell waits for a server that is away, and for keys that are renewed, and gives up on one that refuses', async (t) => {
  const { server, session, ended } = await givenShell(t)

  server.refusal = 'ExpiredTokenException'
  session.drop()
  const before = server.calls.length
  await server.until('many tries', () => server.calls.length > before + 25)
  server.refusal = undefined
  session.type('echo back $((20 + 3))\n')
  await seen(server, session, /back 23/)
  server.refusal = 'AccessDeniedException'
  session.drop()

  const { status, output } = await ended
  assert.equal(status, 'Failed')
  assert.match(output, /could not reach the server for the session: .*AccessDeniedException/)
})

test('a document that cannot be carried out fails with a text that says why', async (t) => {
  const outputOf = async (request: SessionRequest) => {
    const { status, output } = await (await givenSession(t, request)).ended
    assert.equal(status, 'Failed')
    return output
  }

  assert.match(await outputOf({ document: { schemaVersion: '9.9' } }), /schemaVersion must be 1.0/)
  assert.match(
    await outputOf({ document: { inputs: { s3BucketName: 'bucket' } } }),
    /asks for a log, and this node keeps none/,
  )
  assert.match(
    await outputOf({ document: { inputs: { runAsEnabled: true } } }),
    /no user is named: neither by the tag SSMSessionRunAs .* nor by runAsDefaultUser/,
  )
  assert.match(
    await outputOf({ runAsUser: 'nosuch', document: { inputs: { runAsEnabled: true } } }),
    /nosuch does not exist/,
  )
  assert.match(await outputOf({ runAsUser: 'root', document: { inputs: { runAsEnabled: true } } }), /root/)
  assert.match(
    await outputOf({ document: { sessionType: 'InteractiveCommands', properties: { linux: { commands: '' } } } }),
    /no commands for linux/,
  )
})

const isRoot = process.getuid?.() === 0

test('run as gives the shell the user, its group and no other, and little of the agent’s environment', {
  skip: isRoot ? false : 'only root can become somebody else',
}, async (t) => {
  const { server, session } = await givenShell(
    t,
    { runAsUser: 'nobody', document: { inputs: { runAsEnabled: true, runAsDefaultUser: 'daemon' } } },
    { PATH: '/usr/bin:/bin', SECRET: 'of-the-agent' },
  )

  session.type('echo $(id -un) $(id -G) [$SECRET] $LOGNAME\n')

  const [, user, groups] = await seen(server, session, /\n(\S+) ([\d ]+) \[\] nobody/)
  assert.equal(user, 'nobody')
  assert.equal(groups?.includes(' '), false)
})

test('the document’s parameters are put into the command of a session', async (t) => {
  const { session, ended } = await givenSession(t, {
    document: {
      sessionType: 'InteractiveCommands',
      parameters: { word: { type: 'String', default: 'nothing' }, other: { type: 'String', default: 'default' } },
      properties: { linux: { commands: 'echo {{ word }} {{other}}' } },
    },
    parameters: { word: 'something' },
  })

  await ended

  assert.equal(session.text, 'something default\r\n')
})

function pidIn(file: string): number {
  return Number(existsSync(file) && readFileSync(file, 'utf8'))
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
