import type { Tags } from '../domain/tag.ts'
import type { Row } from './database.ts'

/** Reads one column as what the schema says it is; anything else is a damaged database. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`Column ${column} holds ${typeof value} instead of text`)
  return value
}

export function textOrNothing(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column)
}

export function number(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new TypeError(`Column ${column} holds ${typeof value} instead of a number`)
  return value
}

export function date(row: Row, column: string): Date {
  return new Date(number(row, column))
}

export function dateOrNothing(row: Row, column: string): Date | undefined {
  return row[column] === null ? undefined : date(row, column)
}

export function tags(row: Row): Tags {
  return JSON.parse(text(row, 'tags')) as Tags
}

/** The same text for the same tags, so that it can be compared in SQL. */
export function tagsText(value: Tags): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))))
}
