import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { given, removal } from '@fairlead/testkit/given'
import { sessionsOn, sessionWorld } from '../testing/session-world.ts'
import { untilOutput } from './testing/watch.ts'

test('a session that its document wants a log of is recorded to its end, though the next server records none', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  t.after(() => rmSync(dataDir, removal))
  const world = await sessionWorld(t, { dataDir })
  const { clock, node, root } = world
  const inputs = { runAsEnabled: false, cloudWatchLogGroupName: '/sessions' }
  const Content = JSON.stringify({ schemaVersion: '1.0', description: '', sessionType: 'Standard_Stream', inputs })
  await root.call('ssm', 'CreateDocument', { Name: 'Logged', Content, DocumentType: 'Session' })
  const sessions = [await world.start({ DocumentName: 'Logged' }), await world.start()]
  const agents = await Promise.all(sessions.map((session) => world.agent(session).open()))
  const say = async (text: string) => {
    for (const agent of agents) agent.send(text)
    await Promise.all(agents.map((agent) => agent.settle()))
  }
  await say('one;')
  for (const { sessionId } of sessions) await untilOutput(root, sessionId, 'one;')
  await world.server.stop()

  const next = await given(t, { clock, dataDir, recordings: { isOn: false } })
  const moved = sessionsOn(next, node, clock)
  for (const [index, session] of sessions.entries()) await agents[index]?.move(moved.agent(session)).open()
  await say('two;')
  const [logged, other] = sessions.map(({ sessionId }) => sessionId)
  await untilOutput(next.root, logged ?? '', 'one;two;')
  await untilOutput(next.root, other ?? '', 'one;')
  assert.equal(await moved.metric('fairlead_recordings'), 1)
})
