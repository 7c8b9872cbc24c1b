import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type Row, type SqlValue, StatementError, StoreUnavailable } from '../database.ts'
import { errorOf, faultOf } from './fault.ts'
import { checkCount, checkParameters, type Prepare, reading, rowsOf, statementsOf } from './statement.ts'

/**
 * Reads on the caller's thread. A lookup costs some microseconds there, less than handing it to another
 * thread would; the write-ahead log lets it run while the writer commits.
 *
 * The reads of one turn of the event loop share a transaction, since most of what a small read costs is the
 * locking of files before and after it. It ends with the turn, so that it never holds up a checkpoint of the
 * log, or sooner when somebody has to see what was written meanwhile.
 */
export class Reader {
  readonly #db: DatabaseSync
  readonly #prepare: Prepare
  readonly #begin: StatementSync
  readonly #commit: StatementSync
  #isEndPlanned = false
  #closed = false

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
    this.#db.exec('PRAGMA trusted_schema = OFF')
    this.#prepare = statementsOf(this.#db, reading)
    this.#begin = this.#db.prepare('BEGIN')
    this.#commit = this.#db.prepare('COMMIT')
  }

  read(sql: string, params: readonly SqlValue[]): readonly Row[] {
    if (this.#closed) throw new StoreUnavailable('The store is closed')
    const prepared = this.#prepare(sql)
    checkParameters(params)
    checkCount(prepared, params, sql)
    try {
      this.#share()
      return rowsOf(prepared, params)
    } catch (error) {
      // Whatever SQLite did to the transaction, the next read has one of its own.
      this.endShared()
      throw error instanceof StatementError ? error : errorOf(faultOf(error, 0))
    }
  }

  /** From here on reads see what has been committed until now. */
  endShared(): void {
    if (!this.#closed && this.#db.isTransaction) this.#commit.run()
  }

  close(): void {
    this.#closed = true
    this.#db.close()
  }

  #share(): void {
    if (!this.#db.isTransaction) this.#begin.run()
    if (this.#isEndPlanned) return
    this.#isEndPlanned = true
    setImmediate(this.#endOfTurn)
  }

  readonly #endOfTurn = (): void => {
    this.#isEndPlanned = false
    this.endShared()
  }
}
