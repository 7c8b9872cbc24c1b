import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../../testkit/src/manual-clock.ts'
import { isTerminal, statusOfDetails } from '../domain/invocation.ts'
import { cancelInvocation } from './testing/cancel-invocation.ts'
import { dispatcherWorld, reply } from './testing/dispatcher-world.ts'

const nodes = ['mi-1', 'mi-2', 'mi-3', 'mi-4'] as const
type World = Awaited<ReturnType<typeof dispatcherWorld>>
interface Play {
  readonly world: World
  readonly commandId: string
}

const node = fc.constantFrom(...nodes)

/** Everything that may happen to a command, in any order and at once. */
const event = fc.oneof(
  fc.tuple(fc.constant('acknowledge'), node, fc.constantFrom('200', '51402', '51405', '51406')),
  fc.tuple(fc.constant('reply'), node, fc.constantFrom('InProgress', 'Success', 'Failed', 'TimedOut', 'Cancelled')),
  fc.tuple(fc.constant('cancel'), node, fc.constant('')),
  fc.tuple(fc.constantFrom('connect', 'vanish'), node, fc.constant('')),
  fc.tuple(fc.constantFrom('pass', 'restart'), node, fc.constant('')),
)

async function happen(
  { world, commandId }: Play,
  [what, nodeId, word]: readonly [string, string, string],
): Promise<void> {
  switch (what) {
    case 'acknowledge':
      return await world.acknowledge(commandId, nodeId, word)
    case 'reply':
      return await world.reply(commandId, nodeId, reply(word, { standardOutput: word }))
    case 'connect':
      return await world.connect(nodeId)
    case 'vanish':
      world.links.open.delete(nodeId)
      return
    case 'pass':
      return await world.pass(7)
    case 'restart':
      return await world.restart()
    default:
      return await cancelInvocation(world, commandId, nodeId)
  }
}

test('whatever happens in whatever order, every invocation ends exactly once and the counts add up', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  const ends = new Map<string, number>()
  world.bus.subscribe('invocation', ({ commandId, nodeId, details }) => {
    const key = `${commandId} ${nodeId}`
    if (isTerminal(statusOfDetails[details])) ends.set(key, (ends.get(key) ?? 0) + 1)
  })
  const course = fc.array(fc.array(event, { minLength: 1, maxLength: 4 }), { maxLength: 12 })
  const limits = fc.record({
    maxConcurrency: fc.constantFrom('1', '2', '100%'),
    maxErrors: fc.constantFrom('0', '1', '50%'),
  })
  await fc.assert(
    fc.asyncProperty(course, limits, async (turns, limit) => {
      world.links.open.clear()
      await world.connect('mi-1', 'mi-2')
      const commandId = await world.send(nodes, { ...limit, timeoutSeconds: 40, executionTimeoutSeconds: 5 })
      for (const turn of turns) {
        await Promise.all(turn.map((one) => happen({ world, commandId }, one)))
        await world.counts(commandId)
      }
      await world.pass(110)
      const counts = await world.counts(commandId)
      assert.equal(counts.completed, nodes.length)
      for (const nodeId of nodes) assert.equal(ends.get(`${commandId} ${nodeId}`), 1, nodeId)
    }),
    { numRuns: 15 },
  )
  assert.deepEqual(world.errors, [])
})
