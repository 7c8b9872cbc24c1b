import { ConflictError, StatementError, StoreUnavailable } from '../database.ts'

/** Why a write failed, in a form that crosses from the writer's thread to its caller. */
export interface Fault {
  readonly kind: 'conflict' | 'unavailable' | 'mistake'
  readonly message: string
  /** Which statement of the write, from 0. */
  readonly statement: number
  /** What SQLite said. */
  readonly cause?: string
}

// https://sqlite.org/rescode.html: unique, primary key, rowid and foreign key constraints depend on what
// is stored; NOT NULL and CHECK on the statement alone.
const conflicting = new Set([2067, 1555, 2579, 787])

// FULL, IOERR, NOMEM, CORRUPT, READONLY, CANTOPEN, BUSY, LOCKED, PROTOCOL, NOTADB: the disk's or the machine's
// doing, not the statement's. SQLite may have ended the transaction by itself, so the whole group goes.
const unavailable = new Set([13, 10, 7, 11, 8, 14, 5, 6, 15, 26])

/** Judges what a statement threw. */
export function faultOf(error: unknown, statement: number): Fault {
  if (error instanceof ConflictError) return { kind: 'conflict', message: error.message, statement }
  const cause = error instanceof Error ? error.message : String(error)
  const code = resultCode(error)
  if (code !== undefined && conflicting.has(code)) {
    return { kind: 'conflict', message: 'A key of the store forbids this write', statement, cause }
  }
  if (code !== undefined && unavailable.has(code & 0xff)) {
    return { kind: 'unavailable', message: unavailableText(code & 0xff), statement, cause }
  }
  if (error instanceof StatementError) return { kind: 'mistake', message: error.message, statement }
  return { kind: 'mistake', message: `Statement ${statement} of a write is wrong`, statement, cause }
}

/** The error its caller sees. */
export function errorOf(fault: Fault): Error {
  const options = fault.cause === undefined ? {} : { cause: new Error(fault.cause) }
  if (fault.kind === 'conflict') return new ConflictError(fault.message, fault.statement, options)
  if (fault.kind === 'unavailable') return new StoreUnavailable(fault.message, options)
  return new StatementError(fault.message, options)
}

/** SQLite's extended result code, when SQLite threw it. */
export function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}

function unavailableText(code: number): string {
  if (code === 13) return 'The disk of the data directory is full: nothing was stored'
  if (code === 5 || code === 6) return 'Another program holds the database: nothing was stored'
  return 'The disk of the data directory fails: nothing was stored'
}
