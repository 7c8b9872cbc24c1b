import type { Page, PageRequest } from '../../domain/page.ts'
import type { Row } from '../database.ts'
import { pageOf } from '../page.ts'
import type { AccountRows } from './account-rows.ts'

/** A page of what has a path, of which only some may be wanted. */
export type PathPage = PageRequest & { readonly pathPrefix?: string | undefined }

/** In the order of names, whatever their case. */
export async function listByPath<Item>(
  rows: AccountRows,
  table: 'iam_groups' | 'iam_roles' | 'iam_users',
  { limit, after = '', pathPrefix = '' }: PathPage,
  itemOf: (row: Row) => Item,
): Promise<Page<Item>> {
  const sql = `SELECT * FROM ${table} WHERE account = $1 AND name_key > $2 AND substr(path, 1, $3) = $4
    ORDER BY name_key LIMIT $5`
  return pageOf(await rows.read(sql, after, pathPrefix.length, pathPrefix, limit + 1), limit, itemOf, 'name_key')
}
