import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { CommandFilter } from '../command-store.ts'
import { openQueryPlans } from '../testing/query-plans.ts'
import { sample } from './command-sample.ts'
import { SqlCommandStore } from './sql-command-store.ts'

// With a million invocations a query that sorts, or reads a table from its beginning, takes seconds. Here every text
// that the store reads with is held against SQLite's plan for it.

const plans = await openQueryPlans()
const { database, stepsOf, refuseSlow } = plans
after(() => plans.close())

const scope = { account: '123456789012', region: 'us-east-1' }
const store = new SqlCommandStore({ database, scope, announce: () => undefined })
const { command, invocations } = sample(1, 3)
await store.addCommand(command, '{}', invocations)

const at = new Date(1_000_000)
const parts: readonly CommandFilter[] = [
  { nodeId: 'mi-1' },
  { invokedAfter: at },
  { invokedBefore: at },
  { documentName: 'AWS-RunShellScript' },
]
const filters = Array.from({ length: 2 ** parts.length }, (_, bits): CommandFilter => {
  const chosen = parts.filter((_part, index) => bits & (1 << index))
  return Object.assign({}, ...chosen)
})
const places = [undefined, `1000000.${command.commandId}.mi-1`]

test('every listing of commands goes along an index, however it is filtered', async () => {
  for (const filter of filters) {
    for (const after of places) {
      await refuseSlow(() => store.listCommands(filter, { limit: 50, after }), JSON.stringify({ filter, after }))
    }
  }
})

test('every listing of invocations goes along an index, of one command or of all', async () => {
  for (const filter of [...filters, ...filters.map((one) => ({ ...one, commandId: command.commandId }))]) {
    for (const after of places) {
      await refuseSlow(() => store.listInvocations(filter, { limit: 50, after }), JSON.stringify({ filter, after }))
    }
  }
})

test('a document is found by its name, not among all commands', async () => {
  const steps = await stepsOf(() => store.listCommands({ documentName: 'Rare' }, { limit: 50 }))
  assert.match(steps.join('\n'), /commands_by_document/)
})

test('what dispatch asks goes along an index', async () => {
  const { commandId } = command
  const page = { limit: 50 }
  for (const [name, work] of Object.entries({
    findCommand: () => store.findCommand(commandId),
    findContent: () => store.findContent(commandId),
    findInvocation: () => store.findInvocation(commandId, 'mi-1'),
    findInvocations: () => store.findInvocations(commandId, ['mi-1', 'mi-2']),
    listStandings: () => store.listStandings(commandId, page),
    undelivered: () => store.undelivered('mi-1', at, 50),
    undeliveredOf: () => store.undeliveredOf(['mi-1', 'mi-2'], at, 50),
    unfinished: () => store.unfinished('mi-1', 50),
    cancelling: () => store.cancelling('mi-1', 50),
    unfinishedNodes: () => store.unfinishedNodes(commandId, { ...page, delivered: true }),
    undeliveredNodes: () => store.unfinishedNodes(commandId, { ...page, delivered: false }),
    unfinishedOfGone: () => store.unfinishedOfGone(50),
    overdue: () => store.overdue(at, 50),
  })) {
    await refuseSlow(work, name)
  }
})

test('what nodes that are gone have left is looked for among what has not ended', async () => {
  const steps = await stepsOf(() => store.unfinishedOfGone(50))
  assert.match(steps.join('\n'), /invocations_due/)
})
