import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { Hint } from '../../domain/hint.ts'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { commandStoreContract } from './command-store-contract.ts'
import { SqlCommandStore } from './sql-command-store.ts'

commandStoreContract('commands in sqlite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-commands-'))
  const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })
  const hints: Hint[] = []
  const scope = { account: '123456789012', region: 'us-east-1' }
  const store = new SqlCommandStore({ database, scope, announce: (hint) => hints.push(hint) })
  return {
    store,
    hints,
    async close() {
      await database.close()
      rmSync(directory, { recursive: true })
    },
  }
})

/** A database whose schema is brought up to date from one number to another. */
function oldDatabase() {
  const migrations = readMigrations()
  const db = new DatabaseSync(':memory:')
  const apply = (from: number, to: number) => {
    for (const { sql } of migrations.slice(from, to)) db.exec(sql)
  }
  return { db, apply }
}

test('what waits or runs falls due when its command expires once the schema is brought up to date', () => {
  const { db, apply } = oldDatabase()
  apply(0, 22)
  db.exec(`INSERT INTO commands (account, region, command_id, document_name, document_version, comment, parameters,
    node_ids, targets, requested_at, expires_at, timeout_seconds, execution_timeout_seconds, max_concurrency,
    max_errors, requested_by) VALUES ('a', 'r', 'c', '', '', '', '', '', '', 0, 90, 0, 0, '', '', '')`)
  const insert =
    db.prepare(`INSERT INTO invocations (account, region, command_id, node_id, status, details, requested_at,
    deliver_by, delivered_at, finish_by, ended_at, due_at, plugins, version)
    VALUES ('a', 'r', 'c', ?, '', '', 0, 30, ?, ?, ?, ?, '[]', 0)`)
  insert.run('waits', null, null, null, 30)
  insert.run('runs', 1, 70, null, 70)
  insert.run('has ended', 1, 70, 9, null)

  apply(22, 23)

  const due = db.prepare('SELECT node_id, due_at FROM invocations ORDER BY node_id')
  due.setReturnArrays(true)
  assert.deepEqual(due.all(), [
    ['has ended', null],
    ['runs', 90],
    ['waits', 90],
  ])
  db.close()
})

test('what waited before waiting was counted is counted when the schema is brought up to date', () => {
  const { db, apply } = oldDatabase()
  apply(0, 23)
  const insert =
    db.prepare(`INSERT INTO invocations (account, region, command_id, node_id, status, details, requested_at,
    deliver_by, delivered_at, ended_at, plugins, version) VALUES (?, 'r', 'c', ?, '', '', 0, 0, ?, ?, '[]', 0)`)
  insert.run('a', '1', null, null)
  insert.run('a', '2', null, null)
  insert.run('a', '3', 1, null)
  insert.run('a', '4', null, 1)
  insert.run('b', '1', null, null)

  apply(23, 24)

  const counts = db.prepare('SELECT account, waiting FROM waiting_counts ORDER BY account')
  counts.setReturnArrays(true)
  assert.deepEqual(counts.all(), [
    ['a', 2],
    ['b', 1],
  ])
  db.close()
})
