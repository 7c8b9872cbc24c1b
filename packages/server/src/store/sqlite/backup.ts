import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'

/**
 * Copies a database that is being written to. The copy's connection holds one snapshot throughout: without it
 * SQLite would start over at every commit (https://sqlite.org/backup.html) and never end under load.
 *
 * The copy appears under `to` only when it is whole and on disk; what was there before is replaced.
 */
export async function copyDatabase(path: string, to: string): Promise<void> {
  const partial = `${to}.partial`
  const source = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backup(source, partial, { rate: 1_000 })
    await flush(partial)
    await rename(partial, to)
    await flush(dirname(to))
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  } finally {
    source.close()
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
