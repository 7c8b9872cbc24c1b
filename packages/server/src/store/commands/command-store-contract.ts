import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Command, countsOf } from '../../domain/command.ts'
import { commandStatus } from '../../domain/command-status.ts'
import type { Hint } from '../../domain/hint.ts'
import { advance, type Invocation, type InvocationDetails } from '../../domain/invocation.ts'
import type { CommandStore } from '../command-store.ts'
import { at, commandId, ended, moved, nodeId, sample } from './command-sample.ts'
import { waitingContract } from './waiting-contract.ts'

export interface Opened {
  readonly store: CommandStore
  /** What the store has announced so far. */
  readonly hints: readonly Hint[]
  close(): Promise<void>
}

/** What every implementation promises. `open` gives a fresh, empty store, which the test closes. */
export function commandStoreContract(engine: string, open: () => Promise<Opened>): void {
  function promise(name: string, check: (opened: Opened) => Promise<void>): void {
    test(`${engine}: ${name}`, async () => {
      const opened = await open()
      try {
        await check(opened)
      } finally {
        await opened.close()
      }
    })
  }

  waitingContract(promise)

  promise('old commands that have ended go with all that is theirs, in steps, and others stay', async ({ store }) => {
    const ended = (invocations: readonly Invocation[]) =>
      invocations.map((invocation) => ({
        ...invocation,
        status: 'Success' as const,
        details: 'Success' as const,
        deliveredAt: at(2),
        endedAt: at(3),
      }))
    for (const [n, nodes] of [
      [1, 2],
      [2, 1_200],
      [3, 1],
      [9, 1],
    ] as const) {
      const { command, invocations } = sample(n, nodes)
      const done = n === 3 ? invocations : ended(invocations)
      await store.addCommand({ ...command, counts: countsOf(done) }, '{}', done)
    }

    let steps = 0
    while (await store.dropEnded(at(5))) assert.ok(++steps < 10)

    const { items } = await store.listCommands({}, { limit: 10 })
    assert.deepEqual(
      items.map((command) => command.commandId),
      [commandId(9), commandId(3)],
    )
    assert.equal(steps, 4)
    assert.equal(await store.findContent(commandId(1)), undefined)
    assert.equal(await store.findContent(commandId(9)), '{}')
    assert.deepEqual((await store.listInvocations({ commandId: commandId(2) }, { limit: 10 })).items, [])
    assert.equal(await store.findInvocation(commandId(1), nodeId(2)), undefined)
    assert.equal((await store.listInvocations({ nodeId: nodeId(1) }, { limit: 10 })).items.length, 2)
  })

  promise('a command is read back as it was added, with what its nodes are sent', async ({ store }) => {
    const { command, invocations } = sample(1, 3)
    await store.addCommand(command, '{"CommandId":1}', invocations)
    const unset = { cancelRequestedAt: undefined, isRateExceeded: undefined }
    assert.deepEqual(await store.findCommand(command.commandId), { ...command, ...unset })
    assert.equal(await store.findContent(command.commandId), '{"CommandId":1}')
    const found = await store.findInvocation(command.commandId, nodeId(2))
    assert.partialDeepStrictEqual(found, invocations[1])
  })

  promise('what is not there is undefined', async ({ store }) => {
    assert.equal(await store.findCommand(commandId(9)), undefined)
    assert.equal(await store.findContent(commandId(9)), undefined)
    assert.equal(await store.findInvocation(commandId(9), nodeId(1)), undefined)
  })

  promise('every node that is to get a command is announced, and no other', async ({ store, hints }) => {
    const { command, invocations } = sample(1, 2)
    const refused = ended(invocations[0], 'AccessDenied')
    await store.addCommand(command, '{}', [refused, ...invocations.slice(1)])
    assert.deepEqual(
      hints.map((hint) => `${hint.kind} ${'nodeId' in hint ? hint.nodeId : ''}`),
      [`invocation ${nodeId(1)}`, `work ${nodeId(2)}`],
    )
  })

  promise('thousands of invocations go in and come out page by page, none twice', async ({ store }) => {
    const { command, invocations } = sample(1, 1037)
    await store.addCommand(command, '{}', invocations)
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await store.listInvocations({ commandId: command.commandId }, { limit: 100, after })
      seen.push(...page.items.map(({ invocation }) => invocation.nodeId))
      after = page.next
    } while (after !== undefined)
    assert.deepEqual(
      seen,
      invocations.map((invocation) => invocation.nodeId),
    )
  })

  promise('a second save of the same version changes nothing', async ({ store }) => {
    const invocation = await added(store, 1)
    const done = moved(invocation, 'Success')
    assert.equal(await store.saveInvocation(invocation, done), true)
    assert.equal(await store.saveInvocation(invocation, moved(invocation, 'Failed')), false)
    assert.equal((await store.findInvocation(invocation.commandId, invocation.nodeId))?.details, 'Success')
    const command = await store.findCommand(invocation.commandId)
    assert.deepEqual([command?.counts.success, command?.counts.failed, command?.counts.completed], [1, 0, 1])
  })

  promise('of many savers at once one wins', async ({ store, hints }) => {
    const invocation = await added(store, 1)
    const outcomes = await Promise.all(
      (['Success', 'Failed', 'Cancelled', 'ExecutionTimedOut'] as const).map((details) =>
        store.saveInvocation(invocation, moved(invocation, details)),
      ),
    )
    assert.equal(outcomes.filter((won) => won).length, 1)
    assert.equal(hints.filter((hint) => hint.kind === 'invocation').length, 1)
    assert.equal((await store.findCommand(invocation.commandId))?.counts.completed, 1)
  })

  promise('steps are kept with their times and places of output', async ({ store }) => {
    const invocation = await added(store, 1)
    const plugins = [
      {
        step: 'one',
        plugin: 'aws:runShellScript',
        status: 'Success',
        code: 0,
        startedAt: at(5),
        endedAt: at(6),
        stdoutRef: 'a:0:5:1',
      },
    ]
    await store.saveInvocation(invocation, { ...invocation, plugins, version: 1 })
    assert.deepEqual((await store.findInvocation(invocation.commandId, invocation.nodeId))?.plugins, plugins)
  })

  promise(
    'an invocation falls due when it expires, delivered or not, and never again once it has ended',
    async ({ store }) => {
      const invocation = await added(store, 1)
      const expiry = at(4201)
      assert.equal((await store.undelivered(invocation.nodeId, at(600), 10)).length, 1)
      assert.deepEqual(await store.undelivered(invocation.nodeId, at(601), 10), [], 'it is too late to run it')
      assert.deepEqual(await store.undeliveredOf([invocation.nodeId], at(601), 10), [])
      assert.deepEqual(await store.overdue(at(4200), 10), [])
      assert.deepEqual(await store.overdue(expiry, 10), [invocation])
      const next = advance(invocation, 'InProgress', at(2), { deliveredAt: at(2) })
      assert.ok(next)
      await store.saveInvocation(invocation, next)
      assert.deepEqual(await store.undelivered(invocation.nodeId, at(2), 10), [])
      assert.deepEqual(await store.overdue(at(4200), 10), [])
      assert.deepEqual(await store.overdue(expiry, 10), [next])
      await store.saveInvocation(next, moved(next, 'Success'))
      assert.deepEqual(await store.overdue(expiry, 10), [])
    },
  )

  promise('what has not ended on a node is what waits for it, late or not, and what it runs', async ({ store }) => {
    const [one, two] = [await added(store, 1), await added(store, 2), await added(store, 3)]
    assert.ok(one && two)
    const running = advance(one, 'InProgress', at(9), { deliveredAt: at(9) })
    assert.ok(running)
    await store.saveInvocation(one, running)
    await store.saveInvocation(two, moved(two, 'Success'))
    const unfinished = await store.unfinished(nodeId(1), 9)
    assert.deepEqual(
      unfinished.map((invocation) => [invocation.commandId, invocation.details]),
      [
        [commandId(1), 'InProgress'],
        [commandId(3), 'Pending'],
      ],
    )
    assert.equal((await store.unfinished(nodeId(1), 1)).length, 1)
    assert.deepEqual(await store.unfinished(nodeId(2), 9), [])
  })

  promise('what waits for a node comes oldest first', async ({ store }) => {
    for (const n of [3, 1, 2]) await added(store, n)
    const waiting = await store.undelivered(nodeId(1), at(4), 2)
    assert.deepEqual(
      waiting.map((invocation) => invocation.commandId),
      [commandId(1), commandId(2)],
    )
  })

  promise('what waits for several nodes is that of each, and of nobody else', async ({ store }) => {
    const { command, invocations } = sample(1, 5)
    await store.addCommand(command, '{}', invocations)
    const [first] = invocations
    assert.ok(first)
    await store.saveInvocation(first, moved(first, 'Success'))
    const asked = [nodeId(1), nodeId(2), nodeId(3), 'mi-none']
    const waiting = await store.undeliveredOf(asked, at(1), 10)
    assert.deepEqual(waiting.map((invocation) => invocation.nodeId).toSorted(), [nodeId(2), nodeId(3)])
    assert.equal((await store.undeliveredOf(asked, at(1), 1)).length, 1)
  })

  promise('some invocations of a command are found, and where it stands on each of its nodes', async ({ store }) => {
    const { command, invocations } = sample(1, 70)
    await store.addCommand(command, '{}', invocations)
    await store.addCommand(sample(2, 1).command, '{}', sample(2, 1).invocations)
    const [first] = invocations
    assert.ok(first)
    await store.saveInvocation(first, moved(first, 'Success'))
    const asked = invocations.slice(0, 67).map((invocation) => invocation.nodeId)
    const found = await store.findInvocations(command.commandId, [...asked, 'mi-none'])
    assert.deepEqual(found.map((invocation) => invocation.nodeId).toSorted(), asked)
    assert.deepEqual(await store.findInvocations(command.commandId, []), [])

    const { items, next } = await store.listStandings(command.commandId, { limit: 69 })
    assert.deepEqual(items.slice(0, 2), [
      { nodeId: nodeId(1), status: 'Success' },
      { nodeId: nodeId(2), status: 'Pending' },
    ])
    const rest = await store.listStandings(command.commandId, { limit: 69, after: next })
    assert.deepEqual(rest, { items: [{ nodeId: nodeId(70), status: 'Pending' }] })
  })

  promise('nodes with work are those with something undelivered or being cancelled', async ({ store }) => {
    const { command, invocations } = sample(1, 4)
    await store.addCommand(command, '{}', invocations)
    const [one, two, three] = invocations
    assert.ok(one && two && three)
    await store.saveInvocation(one, moved(one, 'Success'))
    const running = advance(two, 'InProgress', at(2), { deliveredAt: at(2) })
    assert.ok(running)
    await store.saveInvocation(two, running)
    await store.saveInvocation(running, moved(running, 'Cancelling'))
    const first = await store.nodesWithWork({ limit: 2 })
    assert.deepEqual(first.items, [nodeId(2), nodeId(3)])
    assert.deepEqual((await store.nodesWithWork({ limit: 2, after: first.next })).items, [nodeId(4)])
    assert.deepEqual(
      (await store.cancelling(nodeId(2), 5)).map((invocation) => invocation.commandId),
      [command.commandId],
    )
    assert.deepEqual((await store.unfinishedNodes(command.commandId, { limit: 9, delivered: true })).items, [nodeId(2)])
  })

  promise('commands that are failing have errors and have not ended', async ({ store }) => {
    const ends: readonly (readonly InvocationDetails[])[] = [
      [],
      ['Success'],
      ['Failed'],
      ['ExecutionTimedOut'],
      ['Failed', 'Failed'],
    ]
    for (const [index, details] of ends.entries()) {
      const { command, invocations } = sample(index + 1, 2)
      await store.addCommand(command, '{}', invocations)
      for (const [place, detail] of details.entries()) {
        const invocation = invocations[place]
        assert.ok(invocation && (await store.saveInvocation(invocation, moved(invocation, detail))))
      }
    }
    const first = await store.failing({ limit: 1 })
    const rest = await store.failing({ limit: 9, after: first.next })
    assert.deepEqual([...first.items, ...rest.items].sort(), [commandId(3), commandId(4)].sort())
    assert.equal(rest.next, undefined)
  })

  promise('ending the undelivered leaves the delivered alone, and the counts add up', async ({ store }) => {
    const { command, invocations } = sample(1, 250)
    await store.addCommand(command, '{}', invocations)
    const [first] = invocations
    assert.ok(first)
    const running = advance(first, 'InProgress', at(2), { deliveredAt: at(2) })
    assert.ok(running)
    await store.saveInvocation(first, running)
    const nodeIds = invocations.map((invocation) => invocation.nodeId)
    const ending = { commandId: command.commandId, nodeIds, details: 'Terminated', at: at(9) } as const
    assert.equal(await store.endUndelivered(ending), 249)
    assert.equal(await store.endUndelivered(ending), 0)
    const after = await store.findCommand(command.commandId)
    assert.deepEqual([after?.counts.completed, after?.counts.terminated, after?.counts.started], [249, 249, 1])
    assert.equal((await store.findInvocation(command.commandId, first.nodeId))?.details, 'InProgress')
    const other = await store.findInvocation(command.commandId, nodeId(250))
    assert.deepEqual(
      [other?.status, other?.details, other?.endedAt, other?.version],
      ['Cancelled', 'Terminated', at(9), 1],
    )
  })

  promise('the first time of a cancel request stays', async ({ store }) => {
    const { commandId } = await added(store, 1)
    await store.requestCancel(commandId, at(5))
    await store.requestCancel(commandId, at(7))
    const command = await store.findCommand(commandId)
    assert.deepEqual(command?.cancelRequestedAt, at(5))
    assert.equal(command && commandStatus(command).status, 'Cancelling')
  })

  promise('commands are listed newest first, by node, time and document, in whole pages', async ({ store }) => {
    for (const n of [1, 2, 3, 4, 5]) await added(store, n)
    const first = await store.listCommands({}, { limit: 2 })
    assert.deepEqual(numbers(first.items), [5, 4])
    const second = await store.listCommands({}, { limit: 3, after: first.next })
    assert.deepEqual(numbers(second.items), [3, 2, 1])
    assert.equal(second.next, undefined)
    const all = { limit: 10 }
    assert.deepEqual(numbers((await store.listCommands({ nodeId: nodeId(1) }, all)).items), [5, 4, 3, 2, 1])
    assert.deepEqual(
      numbers((await store.listCommands({ nodeId: nodeId(1) }, { limit: 9, after: first.next })).items),
      [3, 2, 1],
    )
    assert.deepEqual(numbers((await store.listCommands({ nodeId: nodeId(7) }, all)).items), [])
    assert.deepEqual(numbers((await store.listCommands({ commandId: commandId(3) }, all)).items), [3])
    const between = { invokedAfter: at(2), invokedBefore: at(4) }
    assert.deepEqual(numbers((await store.listCommands(between, all)).items), [3, 2])
    const shell = { documentName: 'AWS-RunShellScript' }
    assert.deepEqual(numbers((await store.listCommands(shell, all)).items), [4, 2])
  })

  promise('invocations are listed newest command first, then by node, whatever leads', async ({ store }) => {
    for (const n of [1, 2]) {
      const { command, invocations } = sample(n, 3)
      await store.addCommand(command, '{}', invocations)
    }
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await store.listInvocations({}, { limit: 2, after })
      seen.push(
        ...page.items.map(
          ({ invocation }) => `${Number(invocation.commandId.slice(-3))}${invocation.nodeId.slice(-1)}`,
        ),
      )
      after = page.next
    } while (after !== undefined)
    assert.deepEqual(seen, ['21', '22', '23', '11', '12', '13'])
    const ofNode = await store.listInvocations({ nodeId: nodeId(2) }, { limit: 1 })
    assert.equal(ofNode.items[0]?.invocation.commandId, commandId(2))
    const next = await store.listInvocations({ nodeId: nodeId(2) }, { limit: 1, after: ofNode.next })
    assert.equal(next.items[0]?.invocation.commandId, commandId(1))
    assert.equal(next.next, undefined)
  })

  promise('commands without invocations do not hide those of others', async ({ store }) => {
    for (const [n, nodes] of [
      [1, 2],
      [2, 0],
      [3, 0],
      [4, 1],
      [5, 0],
    ] as const) {
      const { command, invocations } = sample(n, nodes)
      await store.addCommand(command, '{}', invocations)
    }
    const first = await store.listInvocations({}, { limit: 1 })
    assert.deepEqual(
      first.items.map(({ invocation }) => invocation.commandId),
      [commandId(4)],
    )
    const rest = await store.listInvocations({}, { limit: 5, after: first.next })
    assert.deepEqual(
      rest.items.map(({ invocation }) => invocation.commandId),
      [commandId(1), commandId(1)],
    )
    assert.equal(rest.next, undefined)
  })

  promise('a place that nobody gave out finds rows or none, and breaks nothing', async ({ store }) => {
    await added(store, 1)
    for (const after of ['', '.', 'x.y.z', '9e99..', "1'.2.3", '-1.a.b']) {
      await store.listCommands({}, { limit: 5, after })
      await store.listInvocations({}, { limit: 5, after })
    }
  })
}

async function added(store: CommandStore, n: number): Promise<Invocation> {
  const { command, invocations } = sample(n, 1)
  await store.addCommand(command, '{}', invocations)
  const found = await store.findInvocation(command.commandId, nodeId(1))
  assert.ok(found)
  return found
}

function numbers(commands: readonly Command[]): readonly number[] {
  return commands.map((command) => Number(command.commandId.slice(-3)))
}
