/**
 * The seam between what the program remembers and the engine that remembers it.
 *
 * One SQL text serves every engine, so callers keep to what SQLite and PostgreSQL share:
 * - parameters are `$1`, `$2`, …; an engine refuses a count that differs from the text's;
 * - columns are TEXT, INTEGER, BIGINT and BLOB. A time is epoch milliseconds in a BIGINT,
 *   a truth is 0 or 1 in an INTEGER, JSON is TEXT;
 * - ON CONFLICT, RETURNING and WITH are there; functions and pragmas of one engine are not.
 */
export interface Database {
  /**
   * The rows of one SELECT. Sees every write that has been answered. It runs where it is called,
   * so a text that may find many rows needs a LIMIT.
   */
  read(sql: string, params: readonly SqlValue[]): Promise<readonly Row[]>

  /**
   * Does all the statements, or none of them, and answers once they are on disk. Writes are done in
   * the order in which they were asked for, also when nobody waited in between.
   *
   * @throws {ConflictError} an `expect` was not met, or a unique or foreign key forbids it
   * @throws {StoreUnavailable} disk full, disk failing, too much waiting, or closed: nothing was done, ask again later
   * @throws {StatementError} the statement is wrong: a mistake in the program
   */
  write(statements: readonly Statement[]): Promise<readonly StatementResult[]>

  /** Writes a consistent copy of everything answered so far to `path` while work goes on. */
  backup(path: string): Promise<void>

  /** Finishes what was asked for, refuses what comes after, and lets go of the files. */
  close(): Promise<void>
}

/** Numbers are whole and at most 2^53 - 1 either side of zero; every engine refuses others. */
export type SqlValue = string | number | null | Uint8Array

/** One row, by column name. */
export type Row = Readonly<Record<string, SqlValue>>

/** One INSERT, UPDATE or DELETE of a write, with or without WITH and RETURNING. */
export interface Statement {
  readonly sql: string
  readonly params: readonly SqlValue[]
  /**
   * How many rows it has to change, 'some' for at least one. With another number the whole write
   * fails and leaves no trace: this is how a caller says "only if it is still as I read it".
   */
  readonly expect?: number | 'some'
}

export interface StatementResult {
  /** Rows inserted, updated or deleted. */
  readonly changes: number
  /** What RETURNING asked for, else empty. */
  readonly rows: readonly Row[]
}

/** The write met a state that its caller did not expect. It left no trace; read again and decide anew. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError'
  /** Which statement of the write, from 0. */
  readonly statement: number

  constructor(message: string, statement: number, options?: ErrorOptions) {
    super(message, options)
    this.statement = statement
  }
}

/** The store cannot take this now. Nothing was done, and the same request may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}

/** A statement that no state of the store could make right. */
export class StatementError extends Error {
  override readonly name = 'StatementError'
}
