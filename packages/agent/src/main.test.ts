import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { givenProgram } from './testing/given-program.ts'

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
