import assert from 'node:assert/strict'
import { countsOfNone } from '../../domain/command.ts'
import { commandStatus } from '../../domain/command-status.ts'
import { advance } from '../../domain/invocation.ts'
import { at, commandId, ended, moved, sample } from './command-sample.ts'
import type { Opened } from './command-store-contract.ts'

/** What every implementation promises of the limit on what waits to be sent to nodes. */
export function waitingContract(promise: (name: string, check: (opened: Opened) => Promise<void>) => void): void {
  promise(
    'a command that exceeds the rate is kept without invocations, and goes like any that has ended',
    async (opened) => {
      const { store } = opened
      const { command } = sample(1, 3)
      const counts = countsOfNone(3)
      await store.addCommand({ ...command, counts, isRateExceeded: true }, '{}', [])
      const found = await store.findCommand(command.commandId)
      assert.deepEqual(found && commandStatus(found), { status: 'Cancelled', details: 'RateExceeded' })
      assert.equal(await store.addCommand(sample(2, 1).command, '{}', sample(2, 1).invocations, 1), true)
      await store.dropEnded(at(1_000))
      assert.equal(await store.findCommand(command.commandId), undefined)
    },
  )

  promise('a command that would make too many wait is not added, and announced to nobody', async (opened) => {
    const { store, hints } = opened
    const add = (n: number, nodes: number, most: number) =>
      store.addCommand(sample(n, nodes).command, '{}', sample(n, nodes).invocations, most)
    assert.deepEqual([await add(1, 3, 2), await add(1, 3, 3), await add(2, 1, 3)], [false, true, false])
    assert.equal(await store.findCommand(commandId(2)), undefined)
    assert.deepEqual((await store.listInvocations({ commandId: commandId(2) }, { limit: 9 })).items, [])
    assert.equal(hints.length, 3)
  })

  promise('of many commands at once only as many are added as may wait', async ({ store }) => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) => store.addCommand(sample(n, 2).command, '{}', sample(n, 2).invocations, 7)),
    )
    assert.equal(results.filter((isAdded) => isAdded).length, 3)
    assert.equal((await store.listCommands({}, { limit: 20 })).items.length, 3)
  })

  promise('what is sent or has ended waits no longer, whatever way it went', async ({ store }) => {
    const { command, invocations } = sample(1, 5)
    const [sent, given, late] = invocations
    assert.ok(sent && given && late)
    await store.addCommand(command, '{}', [...invocations.slice(0, 4), ended(invocations[4], 'AccessDenied')])
    const mayAdd = async (n: number, nodes: number) =>
      (await store.addCommand(sample(n, nodes).command, '{}', sample(n, nodes).invocations, 4)) ? 'added' : 'refused'

    const running = advance(sent, 'InProgress', at(2), { deliveredAt: at(2) })
    assert.ok(running)
    await store.saveInvocation(sent, running)
    await store.saveInvocation(running, moved(running, 'Success'))
    assert.deepEqual([await mayAdd(2, 2), await mayAdd(2, 1)], ['refused', 'added'])

    await store.saveInvocation(given, moved(given, 'Delayed'))
    assert.equal(await store.saveInvocation(given, moved(given, 'Cancelled')), false)
    assert.equal(await mayAdd(3, 1), 'refused')

    await store.saveInvocation(late, moved(late, 'DeliveryTimedOut'))
    const nodeIds = invocations.map((invocation) => invocation.nodeId)
    const ending = { commandId: command.commandId, nodeIds, details: 'Cancelled', at: at(9) } as const
    assert.equal(await store.endUndelivered(ending), 2)
    assert.deepEqual([await mayAdd(3, 4), await mayAdd(3, 3)], ['refused', 'added'])
  })
}
