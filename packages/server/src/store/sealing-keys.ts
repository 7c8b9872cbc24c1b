import type { Database } from './database.ts'
import { text } from './row.ts'
import { sealedColumns } from './sealed-columns.ts'
import { type Vault, VaultError } from './vault.ts'

/** Base64 of a sealed secret's first 9 bytes: its form, and the id of the master key (vault.ts). */
const headLength = 12

/** Each step goes along an index to the next head, past all that have the same: a server has few of them and many secrets. */
const heads = sealedColumns.map(({ table, column }) => {
  const head = `SUBSTR(${column}, 1, ${headLength})`
  return `WITH RECURSIVE heads (head) AS (
    SELECT CAST('' AS TEXT)
    UNION ALL SELECT (SELECT ${head} FROM ${table} WHERE ${head} > heads.head ORDER BY ${head} LIMIT 1)
      FROM heads WHERE heads.head IS NOT NULL
  ) SELECT head FROM heads WHERE head > '' LIMIT 100`
})

/** The ids of the master keys, hex, with which anything is sealed: root's access key is there from the first start on. */
export async function sealingKeys(database: Pick<Database, 'read'>): Promise<readonly string[]> {
  const found = await Promise.all(heads.map((sql) => database.read(sql, [])))
  const distinct = new Set(found.flat().map((row) => text(row, 'head')))
  return [...distinct].map((head) => Buffer.from(head, 'base64').subarray(1).toString('hex'))
}

/**
 * Holds a vault against what is sealed, before anything else is done with it.
 *
 * @throws {VaultError} a master key is missing; says which and what to do
 */
export function requireKeys(vault: Vault, sealedWith: readonly string[]): void {
  const missing = sealedWith.filter((keyId) => !vault.has(keyId))
  if (missing.length === 0) return
  throw new VaultError(
    `The master key is not the one that sealed the database: it is ${vault.keyId}, and ${missing.join(', ')} is missing. Put the right one back as DIR/master.key or FAIRLEAD_MASTER_KEY; after a rotation keep the old one behind the new one.`,
  )
}
