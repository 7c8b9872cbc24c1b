import type { Logger } from '../domain/telemetry.ts'
import type { Database } from './database.ts'
import { text } from './row.ts'
import { type SealedColumn, sealedColumns } from './sealed-columns.ts'
import { sealedHead, type Vault } from './vault.ts'

/** Rows of one step: what runs meanwhile waits for no more than this. */
const atOnce = 100

export interface ResealParts {
  readonly database: Database
  readonly vault: Vault
  readonly log: Pick<Logger, 'info' | 'error'>
  readonly signal: AbortSignal
}

/**
 * Seals anew what older master keys sealed, so that they can be taken away. A step at a time, while work goes on; what
 * is left when it is broken off is done after the next start. It never throws.
 */
export async function resealSecrets({ database, vault, log, signal }: ResealParts): Promise<void> {
  if (!vault.hasOlder) return
  let sealed = 0
  let failed = 0
  try {
    for (const column of sealedColumns) {
      let skipped = 0
      for (;;) {
        if (signal.aborted) return
        const step = await resealSome(column, skipped, database, vault)
        sealed += step.sealed
        failed += step.failed
        skipped += step.failed
        if (step.sealed + step.failed < atOnce) break
      }
    }
  } catch (error) {
    log.error({ err: error, sealed }, 'secrets could not be sealed with the new master key; keep the older ones')
    return
  }
  if (failed > 0) log.error({ failed, sealed }, 'some secrets cannot be opened with the master keys that there are')
  else if (sealed > 0) log.info({ sealed, keyId: vault.keyId }, 'the secrets in the database have the new master key')
}

async function resealSome(
  { table, column, key, placeOf }: SealedColumn,
  skip: number,
  database: Database,
  vault: Vault,
) {
  const rows = await database.read(
    `SELECT ${key.join(', ')}, ${column} FROM ${table} WHERE SUBSTR(${column}, 1, ${sealedHead(vault.keyId).length}) <> $1
     ORDER BY ${key.join(', ')} LIMIT $2 OFFSET $3`,
    [sealedHead(vault.keyId), atOnce, skip],
  )
  const isRow = key.map((name, index) => `${name} = $${index + 3}`).join(' AND ')
  const statements = rows.flatMap((row) => {
    const old = text(row, column)
    const next = resealed(old, placeOf(row), vault)
    if (next === undefined) return []
    const params = [next, old, ...key.map((name) => row[name] ?? null)]
    return [{ sql: `UPDATE ${table} SET ${column} = $1 WHERE ${column} = $2 AND ${isRow}`, params }]
  })
  if (statements.length > 0) await database.write(statements)
  return { sealed: statements.length, failed: rows.length - statements.length }
}

function resealed(old: string, place: string, vault: Vault): string | undefined {
  try {
    return Buffer.from(vault.seal(vault.open(Buffer.from(old, 'base64'), place), place)).toString('base64')
  } catch {
    // Altered, or sealed with a master key that is gone; the count of these is told.
    return undefined
  }
}
