import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { readMigrations } from '../../server/src/store/migrate.ts'
import { migrate } from '../../server/src/store/sqlite/schema.ts'

/** Made once a process: the migrations are a third of what a start of a server costs, and a suite starts hundreds. */
const migrated = migratedBytes()

/** Puts a database with the product's schema and no rows into an empty data directory, as a first start would. */
export function placeMigratedDatabase(dataDir: string): void {
  writeFileSync(join(dataDir, 'fairlead.db'), migrated, { mode: 0o600, flag: 'wx' })
}

function migratedBytes(): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-schema-'))
  try {
    const path = join(directory, 'fairlead.db')
    const db = new DatabaseSync(path)
    db.exec('PRAGMA journal_mode = WAL')
    migrate(db, readMigrations(), () => new Date(0))
    db.close()
    return readFileSync(path)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
