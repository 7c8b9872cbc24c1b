import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../testkit/src/manual-clock.ts'
import { dispatcherWorld } from './testing/dispatcher-world.ts'
import { UndeliveredReads } from './undelivered-reads.ts'

test('nodes asked for together get what each gets alone, oldest first', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  const nodes = Array.from({ length: 150 }, (_, index) => `mi-${index}`)
  await world.send(nodes)
  world.clock.advance(1)
  await world.send(nodes.slice(0, 100))
  const reads = new UndeliveredReads(world.commands, () => world.clock.now(), 50)

  const together = await Promise.all(['mi-none', ...nodes, 'mi-0'].map((nodeId) => reads.of(nodeId)))

  const alone = await Promise.all(
    ['mi-none', ...nodes, 'mi-0'].map((nodeId) => world.commands.undelivered(nodeId, world.clock.now(), 50)),
  )
  assert.deepEqual(together, alone)
  assert.deepEqual(
    together.map(({ length }) => length),
    [0, ...nodes.map((_, index) => (index < 100 ? 2 : 1)), 2],
  )
})

test('what is too late to be run stands in the way of nothing', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  for (let command = 0; command < 60; command++) await world.send(['mi-1', 'mi-2'], { timeoutSeconds: 30 })
  world.clock.advance(30_000)
  const now = await world.send(['mi-1', 'mi-2'])
  const reads = new UndeliveredReads(world.commands, () => world.clock.now(), 50)

  const waiting = [...(await Promise.all([reads.of('mi-1'), reads.of('mi-2')])), await reads.of('mi-1')]

  assert.deepEqual(
    waiting.map((invocations) => invocations.map(({ commandId }) => commandId)),
    [[now], [now], [now]],
  )
})

test('a node with much that waits hides nothing of another one', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  for (let command = 0; command < 400; command++) await world.send(['mi-busy'])
  await world.send(['mi-quiet'])
  const reads = new UndeliveredReads(world.commands, () => world.clock.now(), 50)

  const [busy, quiet] = await Promise.all([reads.of('mi-busy'), reads.of('mi-quiet')])

  assert.equal(busy?.length, 50)
  assert.equal(quiet?.length, 1)
})
