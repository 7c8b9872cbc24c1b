import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'
import { runAgent } from '@fairlead/testkit/running-agent'

async function givenRunningAgent(t: { after(end: () => Promise<void>): void }) {
  const server = new FakeControlPlane()
  await server.listen()
  const { id, code } = server.activation
  const agent = await runAgent(t, { url: server.url, activationId: id, activationCode: code })
  t.after(() => server.close())
  await server.until('the channel', () => server.isConnected)
  return { server, agent }
}

test('a shell goes on through the agent’s death, and the next agent can end it and tell of it', async (t) => {
  const { server, agent } = await givenRunningAgent(t)
  const [session, other] = [server.startSession(), server.startSession()]
  session.type('sleep 0.3; count=7; echo u""p\n')
  await server.until('the shells', () => session.text.includes('up\r\n') && other.length > 0)

  await agent.kill()
  session.type('echo count is $count\n')
  await server.until('an answer without an agent', () => session.text.includes('count is 7'))
  other.type('exit\n')
  await server.until('the end without an agent', () => other.states.includes('Terminating'))
  await agent.start()
  const otherEnd = await server.endOfSession(other.sessionId)
  session.type('echo still $count\n')
  await server.until('an answer with the next agent', () => session.text.includes('still 7'))
  server.terminateSession(session.sessionId)
  const end = await server.endOfSession(session.sessionId)

  assert.deepEqual([otherEnd.finalTaskStatus, end.finalTaskStatus], ['Success', 'Success'])
  assert.equal(session.connections, 1)
})

test('a session whose process is killed ends as Failed', async (t) => {
  const { server, agent } = await givenRunningAgent(t)
  const session = server.startSession()
  await server.until('the shell', () => session.length > 0)
  const folder = join(agent.stateDirectory, 'sessions', session.sessionId)

  process.kill(Number.parseInt(readFileSync(join(folder, 'process'), 'utf8'), 10), 'SIGKILL')
  const end = await server.endOfSession(session.sessionId)

  assert.equal(end.finalTaskStatus, 'Failed')
  assert.match(end.output, /died/)
  await server.until('the folder to go', () => !existsSync(folder), 30_000, 5)
})

test('a session goes on when the server was away for a while', async (t) => {
  const { server } = await givenRunningAgent(t)
  const { port } = server
  const session = server.startSession()
  await server.until('the shell', () => session.length > 0)

  await server.goAway()
  session.type('echo after $((20 + 3))\n')
  await server.listen(port)

  await server.until('the answer', () => session.text.includes('after 23'), 20_000)
  await server.until('the control channel', () => server.isConnected)
  server.terminateSession(session.sessionId)
  await server.endOfSession(session.sessionId)
})
