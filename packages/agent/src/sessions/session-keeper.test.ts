import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type AgentSettings, givenAgent } from '@fairlead/testkit/given-agent'
import { encodeChannelClosed, encodeInteractiveShell } from '@fairlead/wire/session-message'
import { systemClock } from '../clock.ts'
import { createLog } from '../log.ts'
import { SessionFolders } from './session-folder.ts'
import { SessionKeeper } from './session-keeper.ts'

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

  await server.until('the folder to go', () => !existsSync(folder), 30_000, 5)
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

test('a session from before the node was rebooted has failed, and the server is told so', async (t) => {
  const { told, look, keeper, order, stateDirectory } = givenKeeper(t, 'second')
  await new SessionFolders(stateDirectory).create({ ...order, boot: 'first' })
  keeper.resume()
  look()

  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /"Failed".*The process of the session on the node died/)
})

test('a session whose order is still on its way to the disk is not taken for dead', async (t) => {
  const { told, look, keeper, order } = givenKeeper(t, 'this')
  const { sessionId, nodeId } = order
  keeper.resume()
  const begun = keeper.begin(encodeInteractiveShell({ sessionId, content: '{}' }))
  look()
  assert.deepEqual(told, [])
  keeper.close(encodeChannelClosed({ messageId: 'id', nodeId, sessionId, createdDate: new Date() }))

  await begun
  assert.equal(told.length, 1)
  assert.match(told[0] ?? '', /"Success"/)
})

/** A keeper whose time stands still but for `look`, and what it tells the server. */
function givenKeeper(t: TestContext, boot: string) {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'fairlead-keeper-'))
  const alarms: (() => void)[] = []
  const told: string[] = []
  const order = {
    sessionId: 'me-0123456789abcdef0',
    nodeId: 'mi-0123456789abcdef0',
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    caFile: undefined,
    keepsLogs: true,
    content: '{}',
    boot,
    taskMessageId: 'id',
    pingEveryMs: 1_000,
    reconnectCapMs: 1_000,
  }
  const keeper = new SessionKeeper(stateDirectory, {
    ...order,
    endpoint: new URL(order.endpoint),
    clock: {
      now: () => 0,
      ticks: () => 0,
      after(_ms, act) {
        alarms.push(act)
        return () => undefined
      },
    },
    log: createLog(systemClock, 'error', () => undefined),
    environment: {},
    timings: { pingEveryMs: 1_000, reconnectCapMs: 1_000, resendAfterMs: 1_000 },
    newId: () => 'id',
    sendTaskComplete(_messageId, payload) {
      told.push(Buffer.from(payload).toString())
      return true
    },
  })
  t.after(() => {
    keeper.stop()
    rmSync(stateDirectory, { recursive: true, force: true })
  })
  const look = () => {
    for (const act of alarms.splice(0)) act()
  }
  return { stateDirectory, told, order, keeper, look }
}
