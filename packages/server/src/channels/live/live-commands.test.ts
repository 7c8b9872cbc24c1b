import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../../testkit/src/manual-clock.ts'
import { InProcessBus } from '../../bus/in-process-bus.ts'
import { TooManyWatches } from '../../domain/command-watches.ts'
import type { InvocationStatus } from '../../domain/invocation.ts'
import type { Standing } from '../../store/command-store.ts'
import { LiveCommands } from './live-commands.ts'

const noLines = { isOpen: () => false, sendsLiveOutput: () => false, send: () => false }
const noCounters = { add() {}, gauge() {} }
const none = { target: 2, completed: 0 }

/** Commands on the nodes `a` and `b`; those that begin with `done` have ended. */
function world() {
  const [clock, bus] = [new ManualClock(), new InProcessBus()]
  const reads: string[] = []
  let status: InvocationStatus = 'Pending'
  const listStandings = async (commandId: string) => {
    reads.push(commandId)
    const of = commandId.startsWith('done') ? 'Success' : status
    const items: readonly Standing[] = ['a', 'b'].map((nodeId) => ({ nodeId, status: of }))
    return { items }
  }
  const live = new LiveCommands({ clock, bus, commands: { listStandings }, lines: noLines, counters: noCounters })
  const end = (commandId: string, nodeId: string) =>
    bus.publish({ kind: 'invocation', commandId, nodeId, details: 'Success', at: clock.now() })
  return { clock, live, reads, end, endUnheard: () => (status = 'Success') }
}

test('the store is read once, and again only when it has counted ends that nobody has told of', async () => {
  const { clock, live, reads, end, endUnheard } = world()
  const begun = live.watch('one', none)
  end('one', 'b')
  const watched = await begun
  assert.deepEqual([...watched.nodeIds.filter((_, place) => watched.ended.has(place))], ['b'])
  for (let polls = 0; polls < 10; polls++) await live.watch('one', { target: 2, completed: 1 })
  assert.deepEqual(reads, ['one'])

  endUnheard()
  await live.watch('one', { target: 2, completed: 2 })
  assert.equal(watched.isWhole, false, 'what was just stored is told at once')
  clock.advance(6_000)
  await live.watch('one', { target: 2, completed: 2 })
  assert.equal(watched.isWhole, true)
  assert.deepEqual(reads, ['one', 'one'])
})

test('commands that have ended make room for others; when none has, a new one is refused', async () => {
  const { clock, live, end } = world()
  for (let watches = 0; watches < 600; watches++) await live.watch(`done-${watches}`, { target: 2, completed: 2 })
  for (let watches = 0; watches < 400; watches++) await live.watch(`run-${watches}`, none)
  await assert.rejects(live.watch('more', none), TooManyWatches)
  clock.advance(2_000)
  for (let watches = 400; watches < 1_000; watches++) await live.watch(`run-${watches}`, none)
  await assert.rejects(live.watch('more', none), TooManyWatches)

  for (const nodeId of ['a', 'b']) end('run-7', nodeId)
  clock.advance(2_000)
  await live.watch('more', none)
  await assert.rejects(live.watch('still more', none), TooManyWatches)
  clock.advance(30_000)
  await live.watch('still more', { target: 400_000, completed: 0 })
  await assert.rejects(live.watch('too large', { target: 200_000, completed: 0 }), TooManyWatches)
})
