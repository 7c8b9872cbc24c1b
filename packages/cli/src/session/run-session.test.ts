import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { given } from '@fairlead/testkit/given'
import { givenNode } from '../testing/given-node.ts'
import { type FrozenPassage, HeldWorld, holdSession, openPassage } from '../testing/held-session.ts'
import { runSession } from './run-session.ts'

test('on a node', async (t) => {
  const node = await givenNode(t)

  await t.test('a shell answers, and says on which session it begins and ends as Amazon’s client does', async () => {
    const world = new HeldWorld()
    Object.assign(world.stdout, { isTTY: true, columns: 101, rows: 31 })
    const { sessionId, ended } = await holdSession(node, {}, world)
    world.stdin.write('stty size; echo grüße-$((6*7))\r')
    await world.untilSaid(/31 101/)
    await world.untilSaid(/grüße-42/)
    Object.assign(world.stdout, { columns: 55, rows: 22 }).emit('resize')
    world.stdin.write('stty size\r')
    await world.untilSaid(/22 55/)
    world.stdin.write('exit 3\r')

    assert.equal(await ended, 0)
    assert.ok(world.said.startsWith(`\nStarting session with SessionId: ${sessionId}\n`))
    assert.ok(world.said.endsWith(`\n\nExiting session with sessionId: ${sessionId}.\n\n`))
  })

  await t.test('signals are keys of the shell, and the end of the input is its end', async () => {
    const { world, ended } = await holdSession(node)
    world.stdin.write('echo ready-$((1+1)); sleep 600\n')
    await world.untilSaid(/ready-2/)
    world.signal('SIGINT')
    world.stdin.end('echo still $((20 + 3))')

    assert.equal(await ended, 0)
    assert.match(world.said, /echo still/)
    assert.match(world.complained, /Exiting session/)
    assert.doesNotMatch(world.said, /Exiting session/)
  })

  await t.test('a paste of 1 MB arrives whole, and so do single newlines', async () => {
    const command = 'stty raw -echo; echo ready; head -c 1000000'
    const { world, ended } = await holdSession(node, {
      DocumentName: 'AWS-StartInteractiveCommand',
      Parameters: { command: [command] },
    })
    await world.untilSaid(/ready\s*\n/)
    const start = world.bytes.length
    const paste = randomBytes(999_998)
    world.stdin.write('\n')
    world.stdin.write(paste)
    world.stdin.write('\n')

    assert.equal(await ended, 0)
    assert.ok(world.bytes.subarray(start).equals(Buffer.concat([Buffer.of(10), paste, Buffer.of(10)])))
  })

  await t.test(
    'what is typed while the connection is away arrives when it is back, and the user is told of both',
    async () => {
      const passage = await openPassage(t, node.server.url)
      const { world, ended } = await holdSession(node, {}, new HeldWorld(), passage)
      world.stdin.write('echo one-$((1+1)); sleep 0.2; echo two-$((1+2))\n')
      await world.untilSaid(/one-2/)
      const letBack = passage.cut()
      world.stdin.write('echo three-$((1+3))\n')
      await eventually(() => /connection is lost/.exec(world.complained) ?? undefined, 'that it is lost is told')
      world.stdin.write('echo four-$((1+4))\n')
      letBack()

      await world.untilSaid(/two-3.*three-4.*four-5/s)
      assert.match(world.complained, /connection is back/)
      world.stdin.end('exit\n')
      assert.equal(await ended, 0)
    },
  )

  await t.test('the exit code of a command is ours, and its errors go where ours do', async () => {
    const inputs = { commands: 'sh -c "echo out; echo err >&2; exit 7"', separateOutputStream: true }
    await node.api.ssm('CreateDocument', {
      Name: 'Separate',
      DocumentType: 'Session',
      DocumentFormat: 'JSON',
      Content: JSON.stringify({
        schemaVersion: '1.0',
        sessionType: 'NonInteractiveCommands',
        properties: { linux: inputs },
      }),
    })
    const { world, ended } = await holdSession(node, { DocumentName: 'Separate' })

    assert.equal(await ended, 7)
    assert.equal(world.said, 'out\n')
    assert.match(world.complained, /err\n/)
  })

  await t.test('TerminateSession ends it, and why is what the user is told', async () => {
    const { sessionId, world, ended } = await holdSession(node)
    await world.untilSaid(/[$#] $/)
    await node.api.ssm('TerminateSession', { SessionId: sessionId })

    assert.equal(await ended, 0)
    assert.match(world.complained, new RegExp(`${sessionId}`))
  })

  await t.test('SIGTERM ends it here and on the node, with the status of that signal', async () => {
    const { sessionId, world, ended } = await holdSession(node)
    await world.untilSaid(/[$#] $/)
    world.signal('SIGTERM')

    assert.equal(await ended, 143)
    await eventually(async () => {
      const { TokenValue } = await node.api.ssm('ResumeSession', { SessionId: sessionId })
      return TokenValue === undefined ? true : undefined
    }, 'the session is over')
  })

  await t.test(
    'keys come as they are pressed while a shell is there, and the terminal is as it was however it ends',
    async () => {
      const endings: Readonly<Record<string, (world: HeldWorld, SessionId: string) => unknown>> = {
        exit: ({ stdin }) => stdin.write('exit\r'),
        SIGTERM: (world) => world.signal('SIGTERM'),
        TerminateSession: (_, SessionId) => node.api.ssm('TerminateSession', { SessionId }),
        'a reader that is gone': ({ stdout }) => stdout.emit('error', Object.assign(new Error(), { code: 'EPIPE' })),
      }
      for (const [name, end] of Object.entries(endings)) {
        const world = new HeldWorld()
        const modes: boolean[] = []
        Object.assign(world.stdin, { isTTY: true, setRawMode: (isRaw: boolean) => modes.push(isRaw) })
        const { sessionId, ended } = await holdSession(node, {}, world)
        await world.untilSaid(/[$#] $/)
        assert.deepEqual(modes, [true], name)
        await end(world, sessionId)
        await ended
        assert.deepEqual(modes, [true, false], name)
      }
    },
  )

  await t.test('output that finds no room ends the session with status 1, and why is told', async () => {
    const { world, ended } = await holdSession(node)
    await world.untilSaid(/[$#] $/)
    world.stdout.emit('error', Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }))

    assert.equal(await ended, 1)
    assert.match(world.complained, /output cannot be written: ENOSPC/)
  })

  await t.test('a program on a port has the standard streams to itself, byte for byte', async () => {
    const echo = await listenForEcho(t)
    const { world, ended } = await holdSession(node, {
      DocumentName: 'AWS-StartSSHSession',
      Parameters: { portNumber: [String(echo)] },
    })
    const bytes = Buffer.concat([Buffer.from('\n'), randomBytes(300_000), Buffer.from('end')])
    world.stdin.write(bytes.subarray(0, 1))
    world.stdin.write(bytes.subarray(1))

    assert.equal(await ended, 0)
    assert.ok(world.bytes.equals(bytes))
    assert.match(world.complained, /Starting session/)
  })

  await t.test(
    'a local port leads to the node’s, with streams beside each other and answers after their end',
    async () => {
      const echo = await listenForEcho(t)
      const { world, ended } = await holdSession(node, {
        DocumentName: 'AWS-StartPortForwardingSession',
        Parameters: { portNumber: [String(echo)] },
      })
      const [, port] = await world.untilSaid(/Port (\d+) opened/)
      const sent = [1, 2, 3].map(() => randomBytes(500_000))
      const got = await Promise.all(sent.map((bytes) => exchange(Number(port), bytes)))
      world.signal('SIGINT')

      for (const [index, bytes] of sent.entries()) assert.ok(got[index]?.equals(bytes))
      assert.equal(await ended, 0)
      assert.match(world.said, /Connection accepted for session/)
    },
  )

  await t.test('a forwarded port goes on after connections that were cut in the middle of an upload', async (t) => {
    const echo = await listenForEcho(t)
    const passage = await openPassage(t, node.server.url)
    const input = { DocumentName: 'AWS-StartPortForwardingSession', Parameters: { portNumber: [String(echo)] } }
    const { world, ended } = await holdSession(node, input, new HeldWorld(), passage)
    const [, port] = await world.untilSaid(/Port (\d+) opened/)
    const bytes = randomBytes(4_000_000)
    const answer = exchange(Number(port), bytes)
    await world.untilSaid(/Connection accepted/)
    passage.cut()()

    assert.ok((await answer).equals(bytes))
    world.signal('SIGINT')
    assert.equal(await ended, 0)
  })

  await t.test('a network that swallows everything is found out, and nothing of the session is lost', async (t) => {
    const passage = await openPassage(t, node.server.url)
    const world = new HeldWorld()
    world.pingEveryMs = 50
    const { ended } = await holdSession(node, {}, world, passage)
    world.stdin.write('echo one-$((1+1)); sleep 0.2; echo two-$((1+2))\n')
    await world.untilSaid(/one-2/)
    passage.freeze()
    world.stdin.write('echo three-$((1+3))\n')

    await world.untilSaid(/two-3.*three-4/s)
    world.stdin.end('exit\n')
    assert.equal(await ended, 0)
  })

  await t.test('a port on which nobody listens is told, and the forward stays', async () => {
    const input = { DocumentName: 'AWS-StartPortForwardingSession', Parameters: { portNumber: ['1'] } }
    const { world, ended } = await holdSession(node, input)
    const [, port] = await world.untilSaid(/Port (\d+) opened/)
    for (const time of [1, 2]) {
      assert.equal((await exchange(Number(port), Buffer.from('hello'))).length, 0)
      await eventually(
        () => world.complained.split('Connection to destination port failed').length > time || undefined,
        'that nothing answers is told',
      )
    }
    world.signal('SIGINT')
    assert.equal(await ended, 0)
  })

  await t.test('a local port that is taken is told, and ends the session', async () => {
    const taken = await listenForEcho(t, 'localhost')
    const { world, ended } = await holdSession(node, {
      DocumentName: 'AWS-StartPortForwardingSession',
      Parameters: { portNumber: ['1'], localPortNumber: [String(taken)] },
    })

    assert.equal(await ended, 1)
    assert.match(world.said + world.complained, /Nothing can be forwarded: .*EADDRINUSE/)
  })
})

test('a network that swallows everything between node and server is found out, and nothing of the session is lost', async (t) => {
  let passage: FrozenPassage | undefined
  const through = async (url: string) => {
    passage = await openPassage(t, url)
    return `http://127.0.0.1:${passage.port}`
  }
  const node = await givenNode(t, {}, { through, pingEveryMs: 100 })
  const { world, ended } = await holdSession(node)
  world.stdin.write('echo one-$((1+1)); sleep 0.2; echo two-$((1+2))\n')
  await world.untilSaid(/one-2/)
  passage?.freeze()
  world.stdin.write('echo three-$((1+3))\n')

  await world.untilSaid(/two-3.*three-4/s)
  world.stdin.end('exit\n')
  assert.equal(await ended, 0)
})

test('a server that is not there is told at once, and Ctrl-C gives up', async () => {
  const world = new HeldWorld()
  const session = { sessionId: 'me-1', token: 'x', streamUrl: 'ws://127.0.0.1:1/v1/data-channel/me-1' }
  const refused = async () => Promise.reject(new Error('nobody answers'))
  const ended = runSession(session, Object.assign(world, { resume: refused, terminate: async () => undefined }))
  await once(world.stderr, 'data')
  world.signal('SIGINT')

  assert.equal(await ended, 130)
  assert.match(world.complained, /No connection: .*Trying again/)
})

test('a certificate that is not trusted is told at once, with how to mend it', async (t) => {
  const { server } = await given(t, { secure: true })
  const url = server.urls.find((one) => one.startsWith('https:')) ?? ''
  const world = new HeldWorld()
  const session = { sessionId: 'me-1', token: 'x', streamUrl: `${url.replace('https', 'wss')}/v1/data-channel/me-1` }
  const calls = { resume: async () => undefined, terminate: async () => undefined }

  assert.equal(await runSession(session, Object.assign(world, calls)), 1)
  assert.match(world.complained, /certificate.*AWS_CA_BUNDLE/)
})

test('an address that is none fails at once', async () => {
  const world = new HeldWorld()
  const session = { sessionId: 'me-1', token: 'x', streamUrl: 'nonsense' }
  const calls = { resume: async () => undefined, terminate: async () => undefined }

  assert.equal(await runSession(session, Object.assign(world, calls)), 1)
  assert.match(world.complained, /SessionId: me-1 : /)
})

/** Answers what comes; hangs up after `end`, or when the other side does. */
async function listenForEcho(t: { after(end: () => void): void }, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      socket.write(bytes)
      if (bytes.subarray(-3).toString() === 'end') socket.end()
    })
    socket.on('end', () => socket.end())
  })
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function exchange(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = connect({ port, host: 'localhost', allowHalfOpen: true })
  socket.end(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer) // a stream without an encoding
  return Buffer.concat(chunks)
}
