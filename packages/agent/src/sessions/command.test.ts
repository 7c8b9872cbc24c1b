import assert from 'node:assert/strict'
import { test } from 'node:test'
import { givenAgent } from '@fairlead/testkit/given-agent'

const nonInteractive = (linux: Readonly<Record<string, unknown>>) => ({
  document: { sessionType: 'NonInteractiveCommands', properties: { linux } },
})

test('a command without a terminal writes in one stream, ends the session, and is no shell', async (t) => {
  const { server } = await givenAgent(t)

  const session = server.startSession(nonInteractive({ commands: `sh -c 'echo "a b" >&2; tty' '$HOME' | cat` }))
  const end = await server.endOfSession(session.sessionId)

  assert.equal(end.finalTaskStatus, 'Success')
  assert.equal(session.text, 'a b\nnot a tty\n')
  assert.equal(session.exitCode, undefined)
  assert.deepEqual(session.handshake?.actions, [
    { kind: 'sessionType', sessionType: 'NonInteractiveCommands', properties: null },
  ])
})

test('with separate streams a command tells its errors and its exit code apart', async (t) => {
  const { server } = await givenAgent(t)

  const session = server.startSession(
    nonInteractive({
      commands: `sh -c 'echo out; echo err >&2; echo more; exit 5'`,
      separateOutputStream: 'true',
      stdOutSeparatorPrefix: 'STDOUT:',
      stdErrSeparatorPrefix: 'STDERR:',
    }),
  )
  const end = await server.endOfSession(session.sessionId)

  assert.equal(end.finalTaskStatus, 'Success')
  assert.equal(session.text, 'STDOUT:out\nmore\n')
  assert.equal(Buffer.concat(session.errors).toString(), 'STDERR:err\n')
  assert.equal(session.exitCode, 'EXIT_CODE: 5')
})

test('Ctrl-C of the client interrupts a command without a terminal', async (t) => {
  const { server } = await givenAgent(t)
  const session = server.startSession(
    nonInteractive({ commands: `sh -c 'echo up; exec sleep 600'`, separateOutputStream: true }),
  )
  await server.until('the start', () => session.text === 'up\n')

  session.type('\x03')
  await server.endOfSession(session.sessionId)

  assert.equal(session.exitCode, 'EXIT_CODE: 130')
})

test('a background process does not hold up the end of a command', async (t) => {
  const { server } = await givenAgent(t)

  const session = server.startSession(nonInteractive({ commands: `sh -c 'sleep 5 & echo done'` }))
  await server.endOfSession(session.sessionId)

  assert.equal(session.text, 'done\n')
})

test('a command that does not exist fails with its name', async (t) => {
  const { server } = await givenAgent(t)

  const { sessionId } = server.startSession(nonInteractive({ commands: '/no/such/program' }))
  const end = await server.endOfSession(sessionId)

  assert.equal(end.finalTaskStatus, 'Failed')
  assert.match(end.output, /could not be started: .*\/no\/such\/program/)
})

test('a command runs as the user asked for, with its groups, unless it is elevated', {
  skip: process.getuid?.() === 0 ? false : 'only root can become somebody else',
}, async (t) => {
  const { server } = await givenAgent(t)
  const inputs = { runAsEnabled: true, runAsDefaultUser: 'nobody' }
  const asNobody = (linux: Readonly<Record<string, unknown>>) => {
    const request = nonInteractive(linux)
    return { ...request, document: { ...request.document, inputs } }
  }

  const plain = server.startSession(asNobody({ commands: 'id -un' }))
  const elevated = server.startSession(asNobody({ commands: 'id -un', runAsElevated: true }))
  await Promise.all([server.endOfSession(plain.sessionId), server.endOfSession(elevated.sessionId)])

  assert.equal(plain.text, 'nobody\n')
  assert.equal(elevated.text, 'root\n')
})
