import type { Page } from '../domain/page.ts'
import type { Row } from './database.ts'
import { text } from './row.ts'

/** Makes a page of at most `limit` from rows that were asked for with one more, in the order of `column`. */
export function pageOf<Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  column: string,
): Page<Item> {
  const items = rows.slice(0, limit).map(itemOf)
  const last = rows[limit - 1]
  return rows.length > limit && last !== undefined ? { items, next: text(last, column) } : { items }
}
