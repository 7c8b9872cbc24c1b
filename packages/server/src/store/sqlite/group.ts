import type { DatabaseSync } from 'node:sqlite'
import { ConflictError, type Row, type Statement } from '../database.ts'
import { type Fault, faultOf } from './fault.ts'
import { checkCount, type Prepare, rowsOf } from './statement.ts'

/** For each statement the number of rows it changed, or the rows it returned. */
export type Outcome = readonly (number | readonly Row[])[] | Fault

/** The statements of one write. */
export type Write = readonly Statement[]

/**
 * Does many writes in one transaction, so that they share one fsync. Each stands alone: one that fails
 * is undone to where it began and the others stay. Returns when all that succeeded is on disk.
 */
export function commitGroup(db: DatabaseSync, prepare: Prepare, writes: readonly Write[]): Outcome[] {
  try {
    db.exec('BEGIN IMMEDIATE')
    const outcomes: Outcome[] = []
    for (const write of writes) {
      const outcome = attempt(db, prepare, write)
      if ('kind' in outcome && outcome.kind === 'unavailable') return abandon(db, writes, outcome)
      outcomes.push(outcome)
    }
    db.exec('COMMIT')
    return outcomes
  } catch (error) {
    // Nothing but the engine's own words can throw here, so whatever it is, it is not a statement's fault.
    return abandon(db, writes, { ...faultOf(error, 0), kind: 'unavailable' })
  }
}

function attempt(db: DatabaseSync, prepare: Prepare, write: Write): Outcome {
  // A statement is all or nothing by itself; it needs a savepoint only when it may be undone after it succeeded.
  const alone = write.length === 1 && write[0]?.expect === undefined
  if (!alone) db.exec('SAVEPOINT write')
  let index = 0
  try {
    const results: (number | readonly Row[])[] = []
    for (const statement of write) {
      results.push(perform(prepare, statement, index))
      index++
    }
    if (!alone) db.exec('RELEASE write')
    return results
  } catch (error) {
    const fault = faultOf(error, index)
    if (!alone && fault.kind !== 'unavailable') db.exec('ROLLBACK TO write; RELEASE write')
    return fault
  }
}

function perform(prepare: Prepare, { sql, params, expect }: Statement, index: number): number | readonly Row[] {
  const prepared = prepare(sql)
  checkCount(prepared, params, sql)
  const result =
    prepared.columns.length > 0 ? rowsOf(prepared, params) : Number(prepared.statement.run(...params).changes)
  const changes = typeof result === 'number' ? result : result.length
  if (expect !== undefined && (expect === 'some' ? changes === 0 : changes !== expect)) {
    throw new ConflictError(`Statement ${index} changed ${changes} rows, expected ${expect}`, index)
  }
  return result
}

function abandon(db: DatabaseSync, writes: readonly Write[], fault: Fault): Outcome[] {
  // After some errors (disk full among them) SQLite has rolled back already, and says so here.
  if (db.isTransaction) db.exec('ROLLBACK')
  return writes.map(() => fault)
}
