import type { Row } from '../database.ts'

/** Reading a row: a column of another type is a mistake in the program, not a state of the world. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw new TypeError(`Column ${column} holds ${typeof value}, not text`)
}

export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  throw new TypeError(`Column ${column} holds ${typeof value}, not an integer`)
}

export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column)
}

export function dateOf(row: Row, column: string): Date | undefined {
  const at = integerOrNull(row, column)
  return at === null ? undefined : new Date(at)
}
