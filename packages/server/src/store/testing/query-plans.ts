import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Database } from '../database.ts'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'

/** A database of the product's schema that holds whatever is read from it against SQLite's plans. */
export interface QueryPlans {
  readonly database: Database
  /** The steps of the plans for what `work` reads. */
  stepsOf(work: () => Promise<unknown>): Promise<readonly string[]>
  /** Fails when one of them reads a table or an index from its beginning, or sorts. */
  refuseSlow(work: () => Promise<unknown>, what: string): Promise<void>
  close(): Promise<void>
}

export async function openQueryPlans(): Promise<QueryPlans> {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-plans-'))
  const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })
  const plans = new DatabaseSync(join(directory, 'fairlead.db'), { readOnly: true })
  const read = new Set<string>()

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

  return {
    database: {
      read(sql, params) {
        read.add(sql)
        return database.read(sql, params)
      },
      write: (statements) => database.write(statements),
      backup: (path) => database.backup(path),
      close: () => database.close(),
    },
    stepsOf,
    async refuseSlow(work, what) {
      const steps = await stepsOf(work)
      assert.ok(steps.length > 0, what)
      // What is scanned is a table; rows of constants are not.
      const slow = steps.filter((step) => /^SCAN (?!\d)|TEMP B-TREE/.test(step))
      assert.deepEqual(slow, [], what)
    },
    async close() {
      plans.close()
      await database.close()
      rmSync(directory, { recursive: true })
    },
  }
}
