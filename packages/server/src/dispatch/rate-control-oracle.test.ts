import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '../../../testkit/src/manual-clock.ts'
import { cancelInvocation } from './testing/cancel-invocation.ts'
import { dispatcherWorld, reply } from './testing/dispatcher-world.ts'

const nodes = Array.from({ length: 12 }, (_, index) => `mi-${index + 1}`)

/**
 * Rate control as the user guide tells it, written down anew and without hurry: who has the command, who may still
 * get it, and how many have run it.
 */
class Oracle {
  readonly holders = new Set<string>()
  readonly waiting = new Set(nodes)
  readonly away = new Set<string>()
  readonly #concurrency: number
  readonly #maxErrors: number
  #ran = 0
  #errors = 0

  constructor(concurrency: number, maxErrors: number) {
    this.#concurrency = concurrency
    this.#maxErrors = maxErrors
  }

  /** How many more are to be handed the command now. */
  get due(): number {
    let window = 1
    while (window * 2 <= this.#ran + 1) window *= 2
    const places = Math.min(window, this.#concurrency) - this.holders.size
    const present = [...this.waiting].filter((nodeId) => !this.away.has(nodeId)).length
    return Math.max(0, Math.min(places, present))
  }

  handed(nodeId: string): void {
    assert.ok(this.waiting.delete(nodeId) && !this.away.has(nodeId), `${nodeId} was not to have it`)
    this.holders.add(nodeId)
  }

  ended(nodeId: string, word: string): void {
    this.holders.delete(nodeId)
    if (word !== 'Cancelled') this.#ran += 1
    if (word === 'Failed' || word === 'TimedOut') this.#errors += 1
    if (this.#errors > this.#maxErrors) this.waiting.clear()
  }
}

const which = fc.nat(11)
const course = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constantFrom('Success', 'Success', 'Failed', 'TimedOut', 'Cancelled'), which) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom('die', 'return', 'cancel', 'restart', 'clock forward', 'clock back'), which),
    },
  ),
  { maxLength: 24 },
)
const hour = 60 * 60_000
/** Longer than the clock can be set forward in a course. */
const longTimeouts = { timeoutSeconds: 172_800, executionTimeoutSeconds: 172_800 }
const limits = fc.record({ concurrency: fc.integer({ min: 1, max: 11 }), maxErrors: fc.integer({ min: 0, max: 4 }) })

test('rate control hands the command to as many nodes as an oracle says, whoever dies, returns, is cancelled or sets the clock', async (t) => {
  const clock = new ManualClock()
  const world = await dispatcherWorld(t, clock)
  await fc.assert(
    fc.asyncProperty(course, limits, async (events, { concurrency, maxErrors }) => {
      const oracle = new Oracle(concurrency, maxErrors)
      await world.connect(...nodes)
      world.links.take()
      const limit = { maxConcurrency: `${concurrency}`, maxErrors: `${maxErrors}` }
      const commandId = await world.send(nodes, { ...limit, ...longTimeouts })
      const settle = async () => {
        const due = oracle.due
        const handed = world.links.take()
        assert.equal(handed.length, due)
        for (const nodeId of handed) {
          oracle.handed(nodeId)
          await world.acknowledge(commandId, nodeId)
        }
      }
      await settle()
      for (const [what, index] of events) {
        await happen(what, nodes[index] ?? '', { world, clock, oracle, commandId })
        await settle()
      }
      // Whatever is left ends, and then nothing waits that could go.
      for (const nodeId of oracle.away) await happen('return', nodeId, { world, clock, oracle, commandId })
      await settle()
      for (let [last] = oracle.holders; last !== undefined; [last] = oracle.holders) {
        await happen('Success', last, { world, clock, oracle, commandId })
        await settle()
      }
      assert.equal((await world.counts(commandId)).completed, nodes.length)
    }),
    { numRuns: 20 },
  )
  assert.deepEqual(world.errors, [])
})

interface Play {
  readonly world: Awaited<ReturnType<typeof dispatcherWorld>>
  readonly clock: ManualClock
  readonly oracle: Oracle
  readonly commandId: string
}

async function happen(what: string, nodeId: string, play: Play): Promise<void> {
  const { world, clock, oracle, commandId } = play
  if (what === 'die') {
    oracle.away.add(nodeId)
    world.links.open.delete(nodeId)
  } else if (what === 'return') {
    oracle.away.delete(nodeId)
    await world.connect(nodeId)
  } else if (what === 'restart') {
    await world.restart()
    await world.connect(...nodes.filter((other) => !oracle.away.has(other)))
  } else if (what === 'cancel') {
    oracle.waiting.delete(nodeId)
    await cancelInvocation(world, commandId, nodeId)
    await world.settled()
  } else if (what === 'clock forward' || what === 'clock back') {
    clock.set(what === 'clock back' ? -hour : hour)
    await world.pass(2)
  } else if (oracle.holders.has(nodeId)) {
    oracle.ended(nodeId, what)
    await world.reply(commandId, nodeId, reply(what))
  }
}
