import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { eventually } from '@fairlead/testkit/eventually'
import { decodeSize, encodeSize, payloadTypes } from '@fairlead/wire/session-message'
import { sessionWorld } from '../packages/server/src/channels/sessions/testing/session-world.ts'

const count = 100_000

test('100,000 resizes go through the relay, each once and in order, and none is kept', {
  timeout: 120_000,
}, async (t) => {
  const world = await sessionWorld(t, { isHeavy: true })
  const started = await world.start()
  const agent = await world.agent(started).open()
  const client = await world.client(started).open()
  for (let number = 0; number < count; number++) {
    client.send(encodeSize({ columns: number % 65_536, rows: 24 }), payloadTypes.size)
    if (number % 500 === 0) await turn()
  }
  await eventually(() => (client.waiting === 0 ? true : undefined), 'all is acknowledged', 60_000)

  assert.equal(agent.arrived.length, count)
  for (const [number, { frame }] of agent.arrived.entries()) {
    assert.equal(decodeSize(frame.payload).columns, number % 65_536)
  }
  await eventually(async () => {
    // A side is asked within a second what it has got, and once more for what came after the question.
    world.clock.advance(1_000)
    return (await world.metric('fairlead_session_kept_bytes')) === 0 ? true : undefined
  }, 'nothing is kept')
})
