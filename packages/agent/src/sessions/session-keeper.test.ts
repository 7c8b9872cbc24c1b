import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type AgentSettings, givenAgent } from '@fairlead/testkit/given-agent'

async function givenShell(t: TestContext, settings: AgentSettings = {}) {
  const agent = await givenAgent(t, settings)
  const session = agent.server.startSession()
  await agent.server.until('the prompt', () => session.length > 0)
  return { ...agent, session }
}

test('a session that has ended leaves nothing behind once the server knows', async (t) => {
  const { server, session, stateDirectory } = await givenShell(t)
  const folder = join(stateDirectory, 'sessions', session.sessionId)
  assert.ok(existsSync(folder))

  session.type('exit\n')
  await server.endOfSession(session.sessionId)

  await server.until('the folder to go', () => !existsSync(folder), 5_000, 5)
})

test('the end of a session is told again until it is acknowledged, with the same id, by the next agent too', async (t) => {
  const { server, session, restart } = await givenShell(t, { timings: { resendAfterMs: 50 } })
  server.acknowledges = false

  session.type('exit\n')
  await server.until('a repeat', () => server.tasks.length > 1)
  await restart()
  const before = server.tasks.length
  await server.until('one more', () => server.tasks.length > before)

  assert.equal(new Set(server.taskMessageIds).size, 1)
})

test('a session that is terminated before it could start does not start', async (t) => {
  const { server, stateDirectory } = await givenAgent(t)
  const proof = join(stateDirectory, 'proof')
  const properties = { linux: { commands: `touch ${proof}; sleep 600` } }

  const session = server.startSession({ document: { sessionType: 'InteractiveCommands', properties } })
  server.terminateSession(session.sessionId)

  assert.equal((await server.endOfSession(session.sessionId)).finalTaskStatus, 'Success')
})

test('a repeated order for a session changes nothing', async (t) => {
  const { server, session } = await givenShell(t)

  server.repeatSession(session)
  session.type('echo $((40 + 2))\n')
  await server.until('the answer', () => session.text.includes('42'))

  assert.equal(session.connections, 1)
})
