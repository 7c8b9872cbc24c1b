import { DatabaseSync } from 'node:sqlite'
import { type Row, type SqlValue, StatementError, StoreUnavailable } from '../database.ts'
import { errorOf, faultOf } from './fault.ts'
import { checkCount, checkParameters, type Prepare, reading, rowsOf, statementsOf } from './statement.ts'

/**
 * Reads on the caller's thread. A lookup costs some microseconds there, less than handing it to another
 * thread would; the write-ahead log lets it run while the writer commits.
 */
export class Reader {
  readonly #db: DatabaseSync
  readonly #prepare: Prepare
  #closed = false

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
    this.#db.exec('PRAGMA trusted_schema = OFF')
    this.#prepare = statementsOf(this.#db, reading)
  }

  read(sql: string, params: readonly SqlValue[]): readonly Row[] {
    if (this.#closed) throw new StoreUnavailable('The store is closed')
    const prepared = this.#prepare(sql)
    checkParameters(params)
    checkCount(prepared, params, sql)
    try {
      return rowsOf(prepared, params)
    } catch (error) {
      throw error instanceof StatementError ? error : errorOf(faultOf(error, 0))
    }
  }

  close(): void {
    this.#closed = true
    this.#db.close()
  }
}
