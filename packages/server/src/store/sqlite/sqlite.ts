import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Database } from '../database.ts'
import type { Migration } from '../migrate.ts'
import { copyDatabase } from './backup.ts'
import { removeLeftoverLog } from './leftover-log.ts'
import { lockDirectory } from './lock.ts'
import { Reader } from './reader.ts'
import { migrate } from './schema.ts'
import { type QueueLimits, Writer } from './writer.ts'

export interface SqliteOptions {
  /** Made when it is not there, readable by its owner alone. */
  readonly directory: string
  readonly migrations: readonly Migration[]
  now(): Date
  /** What may wait for the disk; by default 20,000 statements and 64 MiB of parameters. */
  readonly limits?: QueueLimits
  /** Pages of 4096 bytes that the database may grow to, beyond which a write is StoreUnavailable. */
  readonly maxPages?: number
  /** Called once if the writer thread ends by itself: every write is refused from then on. */
  lost?(error: Error): void
}

/**
 * Opens the embedded database of a data directory, brings its schema up to date and holds it against others.
 *
 * @throws {DirectoryInUse} another server has it
 * @throws {MigrationError} it is newer than this program
 */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  const { directory, migrations, now, limits = { statements: 20_000, bytes: 64 * 1024 * 1024 }, maxPages } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const release = lockDirectory(directory)
  try {
    const path = join(directory, 'fairlead.db')
    removeLeftoverLog(path)
    create(path, directory)
    prepareSchema(path, migrations, now)
    const reader = new Reader(path)
    const start = maxPages === undefined ? { path } : { path, maxPages }
    const writer = new Writer(start, limits, () => reader.endShared(), options.lost)
    let closing: Promise<void> | undefined
    const close = async () => {
      const written = writer.close()
      // The last connection to close folds the log into the database, and only the writer may write.
      reader.close()
      await written
      release()
    }
    return {
      read: async (sql, params) => reader.read(sql, params),
      write: (statements) => writer.write(statements),
      backup: (to) => copyDatabase(path, to),
      close: () => {
        closing ??= close()
        return closing
      },
    }
  } catch (error) {
    release()
    throw error
  }
}

/** SQLite gives the log and its index the permissions of the database, so it is enough to set them here. */
function create(path: string, directory: string): void {
  closeSync(openSync(path, 'a', 0o600))
  const entry = openSync(directory, 'r')
  fsyncSync(entry)
  closeSync(entry)
}

function prepareSchema(path: string, migrations: readonly Migration[], now: () => Date): void {
  const db = new DatabaseSync(path, { timeout: 5_000 })
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    migrate(db, migrations, now)
  } finally {
    db.close()
  }
}
