import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type Row, type SqlValue, StatementError } from '../database.ts'

/** A prepared statement, and what its text says about it. */
export interface Prepared {
  readonly statement: StatementSync
  readonly parameters: number
  /** Which parameter stands at each place of the text, from 0; nothing when they stand there once each, in order. */
  readonly places: readonly number[] | undefined
  /** Column names; empty when it returns no rows. */
  readonly columns: readonly string[]
}

/** Finds the prepared form of a text, preparing it the first time. */
export type Prepare = (sql: string) => Prepared

// Texts are written by hand and few. The bound is for a caller that builds texts, such as IN lists.
const kept = 500

/**
 * A cache of prepared statements of one connection. `allowed` says what a text may begin with.
 *
 * @throws {StatementError} from the returned function, when SQLite cannot make sense of the text
 */
export function statementsOf(db: DatabaseSync, allowed: RegExp): Prepare {
  const cache = new Map<string, Prepared>()

  return (sql) => {
    const known = cache.get(sql)
    if (known) return known

    if (!allowed.test(sql)) throw new StatementError(`Not a statement for this place: ${sql.slice(0, 80)}`)
    const prepared = prepare(db, sql)
    if (cache.size >= kept) dropOldest(cache)
    cache.set(sql, prepared)
    return prepared
  }
}

/** What a read may begin with. */
export const reading = /^\s*(?:SELECT|WITH)\b/i

/** What a statement of a write may begin with: transactions and pragmas are the engine's own business. */
export const writing = /^\s*(?:INSERT|UPDATE|DELETE|WITH)\b/i

/**
 * SQLite's own form of a text: a bare `?` at each place. A parameter that has a name there, if only `?1`, is looked for in a
 * list of all names whenever node:sqlite binds one, which for the inserts of many rows took longer than the inserting.
 */
function positional(sql: string): { readonly text: string; readonly places: readonly number[] } {
  const places: number[] = []
  const text = sql.replace(quotedOrParameter, (found, digits: string | undefined) => {
    if (digits === undefined) return found
    places.push(Number(digits) - 1)
    return '?'
  })
  return { text, places }
}

const quotedOrParameter = /'[^']*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d{1,5})\b/g

/**
 * SQLite binds NULL to what is missing and rounds or truncates what does not fit, where PostgreSQL
 * refuses. Refusing here keeps one text right on both.
 *
 * @returns about how many bytes the parameters hold
 */
export function checkParameters(params: readonly SqlValue[]): number {
  let size = 0
  for (const value of params) {
    if (typeof value === 'string') size += value.length
    else if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) throw new StatementError(`${value} is not a whole number within 2^53`)
    } else if (value instanceof Uint8Array) size += value.length
    else if (value !== null) throw new StatementError(`A parameter is ${typeof value}, which no column holds`)
  }
  return size
}

/** Runs it for its rows. Plain objects, as other engines give, and quicker to make than node:sqlite's own. */
export function rowsOf(prepared: Prepared, params: readonly SqlValue[]): Row[] {
  const { statement, columns } = prepared
  // With BigInts off and no real columns there is nothing else a value can be; @types/node knows only object rows.
  const tuples = statement.all(...placed(prepared, params)) as unknown as SqlValue[][]
  return tuples.map((tuple) => {
    const row: Record<string, SqlValue> = {}
    // By index: with an iterator over the columns this takes as long as reading the row from the database.
    for (let index = 0; index < columns.length; index++) row[columns[index] ?? ''] = tuple[index] ?? null
    return row
  })
}

/** Runs it for its effect and answers how many rows it changed. */
export function changesOf(prepared: Prepared, params: readonly SqlValue[]): number {
  return Number(prepared.statement.run(...placed(prepared, params)).changes)
}

function placed({ places }: Prepared, params: readonly SqlValue[]): readonly SqlValue[] {
  return places === undefined ? params : places.map((place) => params[place] ?? null)
}

/** @throws {StatementError} when the text has another number of parameters */
export function checkCount(prepared: Prepared, params: readonly SqlValue[], sql: string): void {
  if (params.length === prepared.parameters) return
  throw new StatementError(`${params.length} parameters for the ${prepared.parameters} of: ${sql.slice(0, 80)}`)
}

function prepare(db: DatabaseSync, sql: string): Prepared {
  const { text, places } = positional(sql)
  try {
    const statement = db.prepare(text)
    statement.setReturnArrays(true)
    return {
      statement,
      parameters: Math.max(0, ...places.map((place) => place + 1)),
      places: places.every((place, index) => place === index) ? undefined : places,
      columns: statement.columns().map((column) => column.name),
    }
  } catch (cause) {
    throw new StatementError(`SQLite cannot prepare: ${sql.slice(0, 200)}`, { cause })
  }
}

function dropOldest(cache: Map<string, Prepared>): void {
  for (const oldest of cache.keys()) {
    cache.delete(oldest)
    return
  }
}
