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
  const db = new DatabaseSync(join(directory, 'fairlead.lock'), { timeout: 0 })
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
