import type { SqlValue } from '../database.ts'
import type { DocumentFilter } from '../document-store.ts'
import { headColumns, versionColumns } from './document-rows.ts'

/** Documents with their default versions, in the order of names. Answers the columns of both. */
export function documentListing(
  scope: readonly SqlValue[],
  { names, prefixes, types }: DocumentFilter,
  after: string | undefined,
  limit: number,
): { readonly sql: string; readonly params: readonly SqlValue[] } {
  const params: SqlValue[] = [...scope]
  const place = (value: SqlValue) => `$${params.push(value)}`
  const where = ['d.account = $1 AND d.region = $2']
  if (names) where.push(oneOf('d.name', names, place))
  if (types) where.push(oneOf('d.document_type', types, place))
  if (prefixes) {
    const begins = prefixes.map((prefix) => `substr(d.name, 1, ${place(prefix.length)}) = ${place(prefix)}`)
    where.push(begins.length === 0 ? '1 = 0' : `(${begins.join(' OR ')})`)
  }
  if (after !== undefined) where.push(`d.name > ${place(after)}`)
  const sql = `SELECT ${headColumns}, ${versionColumns} FROM documents d JOIN document_versions v
    ON v.account = d.account AND v.region = d.region AND v.name = d.name AND v.version = d.default_version
    WHERE ${where.join(' AND ')} ORDER BY d.name LIMIT ${place(limit)}`
  return { sql, params }
}

/** No value can be the right one when there are none. */
function oneOf(column: string, values: readonly string[], place: (value: SqlValue) => string): string {
  return values.length === 0 ? '1 = 0' : `${column} IN (${values.map(place).join(', ')})`
}
