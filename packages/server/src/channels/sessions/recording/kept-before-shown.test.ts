import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { eventually } from '@fairlead/testkit/eventually'
import { sessionWorld } from '../testing/session-world.ts'
import { outputOf, watch } from './testing/watch.ts'

test('while a recording cannot begin its client sees nothing, and then what is recorded', async (t) => {
  const world = await sessionWorld(t)
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  await Promise.all([agent.settle(), client.settle()])
  await world.untilStatus(started.sessionId, 'Connected')

  const other = new DatabaseSync(join(world.server.dataDir, 'fairlead.db'))
  other.exec('BEGIN IMMEDIATE')
  agent.send('seen')
  await agent.settle()
  await client.settle()
  assert.equal(client.deliveredBytes, 0)

  other.exec('ROLLBACK')
  other.close()
  await eventually(() => (client.deliveredBytes > 0 ? true : undefined), 'output')
  assert.equal(outputOf(await watch(world.root, started.sessionId)), 'seen')
})
