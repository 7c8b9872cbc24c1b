import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../testkit/src/manual-clock.ts'
import { advance } from '../domain/invocation.ts'
import { InvocationMoves } from './invocation-moves.ts'
import { RecentInvocations } from './recent-invocations.ts'
import { dispatcherWorld } from './testing/dispatcher-world.ts'

test('more moves at once than the database lets wait are all saved', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock(), { statements: 300, bytes: 1_000_000 })
  const nodes = Array.from({ length: 500 }, (_, index) => `mi-${index}`)
  const commandId = await world.send(nodes)
  const moves = new InvocationMoves(world.commands, new RecentInvocations(), 100)
  const at = world.clock.now()
  await Promise.all(nodes.map((nodeId) => moves.move(commandId, nodeId, (it) => advance(it, 'Success', at))))
  assert.equal((await world.commands.findCommand(commandId))?.counts.success, nodes.length)
})

test('moves of one invocation are judged in the order in which they came', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  const commandId = await world.send(['mi-1'])
  const moves = new InvocationMoves(world.commands)
  const at = world.clock.now()
  const outcomes = await Promise.all(
    (['InProgress', 'Failed', 'Success'] as const).map((details) =>
      moves.move(commandId, 'mi-1', (it) => advance(it, details, at)),
    ),
  )
  assert.equal(outcomes.at(-1)?.details, 'Failed')
})

test('a judge that fails harms nobody but those who waited with it', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  const commandId = await world.send(['mi-1'])
  const moves = new InvocationMoves(world.commands)
  const failing = moves.move(commandId, 'mi-1', () => Promise.reject(new Error('disk full')))
  await assert.rejects(failing, { message: 'disk full' })
  const next = await moves.move(commandId, 'mi-1', (it) => advance(it, 'Success', world.clock.now()))
  assert.equal(next?.details, 'Success')
})

test('of an invocation that does not exist nobody is asked', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  const moves = new InvocationMoves(world.commands)
  assert.equal(await moves.move('no-command', 'mi-1', () => assert.fail('asked')), undefined)
})

test('what others have changed since it was last seen here is judged as it is', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  const commandId = await world.send(['mi-1'])
  const moves = new InvocationMoves(world.commands)
  const at = world.clock.now()
  const seen = await moves.move(commandId, 'mi-1', (it) => advance(it, 'InProgress', at, { deliveredAt: at }))
  const cancelling = seen && advance(seen, 'Cancelling', at)
  assert.ok(seen && cancelling && (await world.commands.saveInvocation(seen, cancelling)))

  const noNews = await moves.move(commandId, 'mi-1', () => undefined)
  assert.equal(noNews?.details, 'Cancelling')

  const other = new InvocationMoves(world.commands)
  await other.move(commandId, 'mi-1', (it) => advance(it, 'Cancelled', at))
  const late = await moves.move(commandId, 'mi-1', (it) => advance(it, 'Success', at))
  assert.equal(late?.details, 'Cancelled')
})

test('what is reported in one turn is saved in one write', async (t) => {
  const world = await dispatcherWorld(t, new ManualClock())
  const commandId = await world.send(['mi-1'])
  const moves = new InvocationMoves(world.commands)
  const at = world.clock.now()
  const began = moves.move(commandId, 'mi-1', (it) => advance(it, 'InProgress', at))
  const ended = moves.move(commandId, 'mi-1', (it) => advance(it, 'Success', at))
  assert.equal((await began)?.details, 'Success')
  assert.equal((await ended)?.details, 'Success')
})
