import { statfs } from 'node:fs/promises'
import { type Database, StoreUnavailable } from './database.ts'

/** With less than this left on the disk the next output or day of audit will not fit, whatever the database says. */
const leastRoom = 1024 * 1024

/**
 * Writes something that changes nothing, and settles when that is on disk: the database and its writer are well, and
 * the disk of the data directory has room.
 *
 * @throws {StoreUnavailable} with what is wrong
 */
export async function probe(database: Database, dataDir: string): Promise<void> {
  await database.write([{ sql: 'UPDATE schema_version SET name = name WHERE version = 1', params: [], expect: 1 }])
  // The log of the database may have room of its own left over when the disk has none.
  const { bavail, bsize } = await statfs(dataDir)
  if (bavail * bsize < leastRoom) throw new StoreUnavailable('The disk of the data directory is full')
}
