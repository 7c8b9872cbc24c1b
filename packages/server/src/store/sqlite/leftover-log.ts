import { closeSync, existsSync, openSync, readSync, rmSync } from 'node:fs'

/** Where the file's header tells whether there is a write-ahead log: https://sqlite.org/fileformat2.html#file_format_version_numbers */
const versionsAt = 18
const withoutLog = 1

/**
 * Removes the log of another database: one that was there before a backup was put in its place. SQLite would not notice, and
 * write the old pages over the restored ones (https://sqlite.org/howtocorrupt.html#_mispairing_database_files_and_hot_journals_).
 *
 * Backups say in their header that they have no log. A database that a server opened says that it has one, and did before
 * the log was made.
 */
export function removeLeftoverLog(path: string): void {
  if (!existsSync(path) || !existsSync(`${path}-wal`)) return
  const versions = Buffer.alloc(2)
  const file = openSync(path, 'r')
  try {
    readSync(file, versions, 0, 2, versionsAt)
  } finally {
    closeSync(file)
  }
  if (versions[0] !== withoutLog || versions[1] !== withoutLog) return
  for (const leftover of [`${path}-wal`, `${path}-shm`]) rmSync(leftover, { force: true })
}
