import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { resultCode } from './fault.ts'

/** Another server has the data directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse'
}

/**
 * Takes a data directory for this process, until released or dead. The lock is the operating system's, held
 * by an open transaction on an empty database: after kill -9 it is gone, and no stale file needs cleaning up.
 *
 * @returns releases it
 * @throws {DirectoryInUse}
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'fairlead.lock')
  makeOnce(path)
  const db = new DatabaseSync(path, { timeout: 0 })
  try {
    db.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    db.close()
    if (resultCode(cause) !== 5) throw cause
    throw new DirectoryInUse(
      `Another Fairlead server is using ${directory}: stop it first, or give this one a --data-dir of its own.`,
      { cause },
    )
  }
  return () => db.close()
}

/**
 * Only when it is not there: POSIX drops every lock that a process has on a file when the process closes the
 * file anywhere, so nothing but SQLite may open and close a lock that is held.
 */
function makeOnce(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
