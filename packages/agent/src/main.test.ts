import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { compileCache } from '@fairlead/testkit/compile-cache'
import { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'

const program = fileURLToPath(new URL('main.ts', import.meta.url))

interface Ended {
  readonly status: number | null
  readonly errors: string
}

/** The agent as a program of its own. */
async function givenProgram(t: TestContext) {
  const server = new FakeControlPlane()
  await server.listen()
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-agent-'))
  const children = new Set<ChildProcess>()
  t.after(async () => {
    for (const child of children) child.kill('SIGKILL')
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const start = (...more: string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } => {
    const { id, code } = server.activation
    const args = ['--endpoint', server.url, '--state-dir', join(folder, 'state'), '--log-level', 'error']
    const child = spawn(
      process.execPath,
      [program, ...args, '--activation-id', id, '--activation-code', code, ...more],
      {
        env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    children.add(child)
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += String(chunk)
    })
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (status) => {
        children.delete(child)
        resolve({ status, errors })
      })
    })
    return { child, ended }
  }
  const startAndConnect = async () => {
    const opened = server.channelsOpened
    const started = start()
    await server.until('the channel', () => server.channelsOpened > opened)
    return started
  }
  return { server, folder, start, startAndConnect }
}

test('a command outlives an agent that is killed, and the next agent delivers what it did, once', async (t) => {
  const { server, folder, startAndConnect } = await givenProgram(t)
  const [ran, gate] = [join(folder, 'ran'), join(folder, 'gate')]
  const first = await startAndConnect()
  const commandId = server.sendCommand({
    steps: [[`echo ran >> ${ran}`, `while [ ! -e ${gate} ]; do sleep 0.02; done`, 'echo done', 'exit 7']],
  })
  await server.until('the start', () => existsSync(ran), 30_000, 5)

  first.child.kill('SIGKILL')
  await first.ended
  const second = await startAndConnect()
  server.sendCommand({ commandId, steps: [['true']] })
  spawn('touch', [gate])
  const end = await server.endOf(commandId)
  second.child.kill('SIGTERM')

  assert.equal(end.content.plugins.get('step0')?.code, 7)
  assert.equal(end.content.plugins.get('step0')?.standardOutput, 'done\n')
  assert.equal(readFileSync(ran, 'utf8'), 'ran\n')
  assert.deepEqual(
    server.acks.map((ack) => ack.statusCode),
    ['200', '51405'],
  )
  assert.equal((await second.ended).status, 0)
})

test('a command that ends while no agent is there is delivered by the next one', async (t) => {
  const { server, folder, startAndConnect } = await givenProgram(t)
  const first = await startAndConnect()
  const commandId = server.sendCommand({ steps: [['sleep 0.3', 'echo alone']] })
  const step = join(folder, 'state', 'commands', commandId, '0-step0')
  await server.until('the start', () => existsSync(join(step, 'started')), 30_000, 5)

  first.child.kill('SIGKILL')
  await server.until('the end of the script', () => existsSync(join(step, 'exit')), 30_000, 5)
  const second = await startAndConnect()
  const end = await server.endOf(commandId)
  second.child.kill('SIGTERM')

  assert.equal(end.content.plugins.get('step0')?.standardOutput, 'alone\n')
  assert.equal((await second.ended).status, 0)
})

test('an agent told to stop leaves at once, and what it ran can still be cancelled by the next', async (t) => {
  const { server, startAndConnect } = await givenProgram(t)
  const first = await startAndConnect()
  const commandId = server.sendCommand({ steps: [['sleep 600']] })
  await server.ackOf(commandId)

  first.child.kill('SIGTERM')
  assert.equal((await first.ended).status, 0)
  const second = await startAndConnect()
  server.cancelCommand(commandId)
  const end = await server.endOf(commandId)
  second.child.kill('SIGTERM')

  assert.equal(end.content.documentStatus, 'Cancelled')
  assert.equal((await second.ended).status, 0)
})

test('a script runs once at most, and every command ends once, however often the agent is killed', async (t) => {
  const { server, folder, startAndConnect } = await givenProgram(t)
  const order = (commandId: string) => ({
    commandId,
    steps: [[`echo ran >> ${join(folder, commandId)}`, 'sleep 0.05']],
  })
  const commandIds = Array.from({ length: 24 }, (_, index) => `command-${index}`)
  const acked = (commandId: string) =>
    server.acks.some((ack) => ack.commandId === commandId && ['200', '51405'].includes(ack.statusCode))
  let agent = await startAndConnect()

  // Kills come at moments that the progress of the commands chooses: after so many messages, whatever they were.
  for (let kill = 0; kill < 6; kill++) {
    const seen = server.acks.length + server.replies.length
    for (const commandId of commandIds.filter((id) => !acked(id)).slice(0, 6)) server.sendCommand(order(commandId))
    await server.until('some messages', () => server.acks.length + server.replies.length > seen + kill)
    agent.child.kill('SIGKILL')
    await agent.ended
    agent = await startAndConnect()
  }
  while (!commandIds.every(acked)) {
    const before = server.acks.length
    const [next = ''] = commandIds.filter((id) => !acked(id))
    server.sendCommand(order(next))
    await server.until('an ack', () => server.acks.length > before)
  }
  const ends = await Promise.all(commandIds.map((commandId) => server.endOf(commandId)))
  agent.child.kill('SIGTERM')
  await agent.ended

  for (const [index, end] of ends.entries()) {
    const file = join(folder, commandIds[index] ?? '')
    assert.equal(end.content.documentStatus, 'Success', end.content.plugins.get('step0')?.standardError ?? '')
    assert.equal(readFileSync(file, 'utf8'), 'ran\n')
  }
  const last = server.replies.filter((reply) => reply.content.documentStatus !== 'InProgress')
  assert.equal(new Set(last.map((reply) => reply.messageId)).size, commandIds.length)
})

test('a wrong activation ends the program with a text that says what to do', async (t) => {
  const { server, start } = await givenProgram(t)
  server.refusal = 'InvalidActivation'

  const { status, errors } = await start().ended

  assert.equal(status, 1)
  assert.match(errors, /InvalidActivation/)
  assert.match(errors, /aws ssm create-activation/)
})

test('two agents do not share a state directory', async (t) => {
  const { start, startAndConnect } = await givenProgram(t)
  const first = await startAndConnect()

  const { status, errors } = await start().ended
  first.child.kill('SIGTERM')
  await first.ended

  assert.equal(status, 1)
  assert.match(errors, /Another agent \(process \d+\)/)
})

test('an agent that cannot reach its server keeps trying, says so, and stops when told', async (t) => {
  const { folder, start } = await givenProgram(t)
  const { child, ended } = start('--log-level', 'warn', '--endpoint', 'http://127.0.0.1:1')
  const told = new Promise<void>((resolve) => child.stderr?.once('data', () => resolve()))

  await told
  child.kill('SIGTERM')
  const { status, errors } = await ended

  assert.equal(status, 0)
  assert.match(errors, /could not be registered.*ECONNREFUSED.*trying again/)
  assert.deepEqual(readdirSync(join(folder, 'state')), ['agent.held'], 'nothing is kept but the lock')
})
