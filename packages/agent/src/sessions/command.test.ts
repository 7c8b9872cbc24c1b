import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenSession } from '@fairlead/testkit/given-session'

const nonInteractive = (linux: Readonly<Record<string, unknown>>) => ({
  document: { sessionType: 'NonInteractiveCommands', properties: { linux } },
})

test('a command without a terminal writes in one stream, ends the session, and is no shell', async (t) => {
  const { session, ended } = await givenSession(
    t,
    nonInteractive({ commands: `sh -c 'echo "a b" >&2; tty' '$HOME' | cat` }),
  )
  const end = await ended

  assert.equal(end.status, 'Success')
  // Two pipes: which of them is read first is not said.
  assert.deepEqual(session.text.split('\n').sort(), ['', 'a b', 'not a tty'])
  assert.equal(session.exitCode, undefined)
  assert.deepEqual(session.handshake?.actions, [
    { kind: 'sessionType', sessionType: 'NonInteractiveCommands', properties: null },
  ])
})

test('with separate streams a command tells its errors and its exit code apart', async (t) => {
  const { session, ended } = await givenSession(
    t,
    nonInteractive({
      commands: `sh -c 'echo out; echo err >&2; echo more; exit 5'`,
      separateOutputStream: 'true',
      stdOutSeparatorPrefix: 'STDOUT:',
      stdErrSeparatorPrefix: 'STDERR:',
    }),
  )
  const end = await ended

  assert.equal(end.status, 'Success')
  assert.equal(session.text, 'STDOUT:out\nmore\n')
  assert.equal(Buffer.concat(session.errors).toString(), 'STDERR:err\n')
  assert.equal(session.exitCode, 'EXIT_CODE: 5')
})

test('Ctrl-C of the client interrupts a command without a terminal', async (t) => {
  const { server, session, ended } = await givenSession(
    t,
    nonInteractive({ commands: `sh -c 'echo up; exec sleep 600'`, separateOutputStream: true }),
  )
  await server.until('the start', () => session.text === 'up\n')

  session.type('\x03')
  await ended

  assert.equal(session.exitCode, 'EXIT_CODE: 130')
})

test('a background process does not hold up the end of a command', async (t) => {
  const { session, ended } = await givenSession(t, nonInteractive({ commands: `sh -c 'sleep 5 & echo done'` }))
  await ended

  assert.equal(session.text, 'done\n')
})

test('a command that does not exist fails with its name', async (t) => {
  const { ended } = await givenSession(t, nonInteractive({ commands: '/no/such/program' }))
  const end = await ended

  assert.equal(end.status, 'Failed')
  assert.match(end.output, /could not be started: .*\/no\/such\/program/)
})

test('a command runs as the user asked for, with its groups, unless it is elevated', {
  skip: process.getuid?.() === 0 ? false : 'only root can become somebody else',
}, async (t) => {
  const inputs = { runAsEnabled: true, runAsDefaultUser: 'nobody' }
  const asNobody = (linux: Readonly<Record<string, unknown>>) => {
    const request = nonInteractive(linux)
    return { ...request, document: { ...request.document, inputs } }
  }

  const plain = await givenSession(t, asNobody({ commands: 'id -un' }))
  const elevated = await givenSession(t, asNobody({ commands: 'id -un', runAsElevated: true }))
  await Promise.all([plain.ended, elevated.ended])

  assert.equal(plain.session.text, 'nobody\n')
  assert.equal(elevated.session.text, 'root\n')
})
