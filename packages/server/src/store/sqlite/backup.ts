import { randomUUID } from 'node:crypto'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'

/** The copy would go where it comes from. */
export class BackupOntoItself extends Error {
  override readonly name = 'BackupOntoItself'
}

/**
 * Copies a database that is being written to. The copy's connection holds one snapshot throughout: without it
 * SQLite would start over at every commit (https://sqlite.org/backup.html) and never end under load.
 *
 * The copy appears under `to` only when it is whole and on disk; what was there before is replaced. Only its owner
 * may read it. Its header says that it has no log, so that one which lies where it is restored to is known not to be its own.
 *
 * @throws {BackupOntoItself}
 */
export async function copyDatabase(path: string, to: string): Promise<void> {
  if (await isSame(path, to)) throw new BackupOntoItself(`${to} is the database itself: name another file.`)
  // A name of its own, so that two copies at a time do not write into each other.
  const partial = `${to}.${randomUUID()}.partial`
  const source = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    await closing(await open(partial, 'wx', 0o600))
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backup(source, partial, { rate: 1_000 })
    sayWithoutLog(partial)
    await flush(partial)
    await rename(partial, to)
    await flush(dirname(to))
  } catch (error) {
    for (const made of [partial, `${partial}-wal`, `${partial}-shm`]) await rm(made, { force: true })
    throw error
  } finally {
    source.close()
  }
}

function sayWithoutLog(path: string): void {
  const db = new DatabaseSync(path, { timeout: 5_000 })
  try {
    db.exec('PRAGMA journal_mode = DELETE')
  } finally {
    db.close()
  }
}

async function isSame(path: string, to: string): Promise<boolean> {
  const [one, other] = await Promise.all([stat(path), stat(to).catch(() => undefined)])
  return one.dev === other?.dev && one.ino === other.ino
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r')
  await closing(file, () => file.sync())
}

async function closing(file: FileHandle, last: () => Promise<void> = async () => {}): Promise<void> {
  try {
    await last()
  } finally {
    await file.close()
  }
}
