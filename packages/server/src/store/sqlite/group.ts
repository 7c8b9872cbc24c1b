import type { DatabaseSync } from 'node:sqlite'
import { ConflictError, type Row, type Statement } from '../database.ts'
import { type Fault, faultOf } from './fault.ts'
import { changesOf, checkCount, type Prepare, rowsOf } from './statement.ts'

/** For each statement the number of rows it changed, or the rows it returned. */
export type Outcome = readonly (number | readonly Row[])[] | Fault

/** The statements of one write. */
export type Write = readonly Statement[]

/**
 * Does many writes in one transaction, so that they share one fsync. Each stands alone: one that fails
 * is undone to where it began and the others stay. Returns when all that succeeded is on disk.
 *
 * A savepoint for each would make SQLite copy every page that a write touches. Few writes fail, and fewer once they have
 * changed something: so there is none at first, and a group with such a write is done again with savepoints.
 */
export function commitGroup(db: DatabaseSync, prepare: Prepare, writes: readonly Write[]): readonly Outcome[] {
  try {
    return transact(db, prepare, writes, false) ?? transact(db, prepare, writes, true) ?? []
  } catch (error) {
    // Nothing but the engine's own words can throw here, so whatever it is, it is not a statement's fault.
    return abandon(db, writes, { ...faultOf(error, 0), kind: 'unavailable' })
  }
}

/** Undefined when a write would have to be undone and there was no savepoint: then nothing has been done. */
function transact(
  db: DatabaseSync,
  prepare: Prepare,
  writes: readonly Write[],
  savepoints: boolean,
): readonly Outcome[] | undefined {
  db.exec('BEGIN IMMEDIATE')
  const outcomes: Outcome[] = []
  for (const write of writes) {
    if (savepoints) db.exec('SAVEPOINT write')
    const { outcome, leftTrace } = attempt(prepare, write)
    if ('kind' in outcome && outcome.kind === 'unavailable') return abandon(db, writes, outcome)
    if (leftTrace && !savepoints) {
      db.exec('ROLLBACK')
      return undefined
    }
    if (savepoints) db.exec(leftTrace ? 'ROLLBACK TO write; RELEASE write' : 'RELEASE write')
    outcomes.push(outcome)
  }
  db.exec('COMMIT')
  return outcomes
}

/** `leftTrace`: it failed, and what it had done before is still there. A statement that fails undoes itself. */
function attempt(prepare: Prepare, write: Write): { readonly outcome: Outcome; readonly leftTrace: boolean } {
  const results: (number | readonly Row[])[] = []
  let changed = 0
  try {
    for (const { sql, params, expect } of write) {
      const prepared = prepare(sql)
      checkCount(prepared, params, sql)
      const result = prepared.columns.length > 0 ? rowsOf(prepared, params) : changesOf(prepared, params)
      const changes = typeof result === 'number' ? result : result.length
      changed += changes
      if (expect !== undefined && (expect === 'some' ? changes === 0 : changes !== expect)) {
        const index = results.length
        throw new ConflictError(`Statement ${index} changed ${changes} rows, expected ${expect}`, index)
      }
      results.push(result)
    }
    return { outcome: results, leftTrace: false }
  } catch (error) {
    return { outcome: faultOf(error, results.length), leftTrace: changed > 0 }
  }
}

function abandon(db: DatabaseSync, writes: readonly Write[], fault: Fault): readonly Outcome[] {
  // After some errors (disk full among them) SQLite has rolled back already, and says so here.
  if (db.isTransaction) db.exec('ROLLBACK')
  return writes.map(() => fault)
}
