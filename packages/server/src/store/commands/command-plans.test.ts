import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { CommandFilter } from '../command-store.ts'
import type { Database } from '../database.ts'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { sample } from './command-sample.ts'
import { SqlCommandStore } from './sql-command-store.ts'

// With a million invocations a query that sorts, or reads a table from its beginning, takes seconds. Here every text
// that the store reads with is held against SQLite's plan for it.

const directory = mkdtempSync(join(tmpdir(), 'fairlead-command-plans-'))
const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })
const plans = new DatabaseSync(join(directory, 'fairlead.db'), { readOnly: true })

after(async () => {
  plans.close()
  await database.close()
  rmSync(directory, { recursive: true })
})

const read = new Set<string>()
const noting: Database = {
  read(sql, params) {
    read.add(sql)
    return database.read(sql, params)
  },
  write: (statements) => database.write(statements),
  backup: (path) => database.backup(path),
  close: () => database.close(),
}
const scope = { account: '123456789012', region: 'us-east-1' }
const store = new SqlCommandStore({ database: noting, scope, announce: () => undefined })
const { command, invocations } = sample(1, 3)
await store.addCommand(command, '{}', invocations)

/** The steps of SQLite's plans for what was read meanwhile. */
async function stepsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  read.clear()
  await work()
  return [...read].flatMap((sql) => {
    const params = [...sql.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number))
    const values = Array.from({ length: Math.max(...params) }, () => 1)
    const steps = plans.prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\$(\d+)/g, '?$1')}`).all(...values)
    return steps.map((step) => String(step['detail']))
  })
}

/** What is scanned is a table; rows of constants and the bounded part of a count are not. */
function refuseSlow(steps: readonly string[], what: string): void {
  assert.ok(steps.length > 0, what)
  const slow = steps.filter((step) => /^SCAN (?!\d|some$)|TEMP B-TREE/.test(step))
  assert.deepEqual(slow, [], what)
}

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
      refuseSlow(
        await stepsOf(() => store.listCommands(filter, { limit: 50, after })),
        JSON.stringify({ filter, after }),
      )
    }
  }
})

test('every listing of invocations goes along an index, of one command or of all', async () => {
  for (const filter of [...filters, ...filters.map((one) => ({ ...one, commandId: command.commandId }))]) {
    for (const after of places) {
      const steps = await stepsOf(() => store.listInvocations(filter, { limit: 50, after }))
      refuseSlow(steps, JSON.stringify({ filter, after }))
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
    overdue: () => store.overdue(at, 50),
  })) {
    refuseSlow(await stepsOf(work), name)
  }
})
