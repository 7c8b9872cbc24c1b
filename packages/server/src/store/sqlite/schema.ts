import type { DatabaseSync } from 'node:sqlite'
import {
  type AppliedMigration,
  type Migration,
  MigrationError,
  pendingMigrations,
  schemaVersionTable,
} from '../migrate.ts'

/**
 * Brings the schema up to date. Each step is one transaction with its row in schema_version, so a kill in
 * between leaves a version, never half of one.
 *
 * @throws {MigrationError} when the database is newer, was made by other steps, or a step fails
 */
export function migrate(db: DatabaseSync, known: readonly Migration[], now: () => Date): void {
  db.exec(schemaVersionTable)
  const rows = db.prepare('SELECT version, name, checksum FROM schema_version ORDER BY version').all()
  for (const migration of pendingMigrations(known, rows.map(appliedOf))) apply(db, migration, now())
}

function appliedOf(row: Record<string, unknown>): AppliedMigration {
  return { version: Number(row['version']), name: String(row['name']), checksum: String(row['checksum']) }
}

function apply(db: DatabaseSync, { version, name, sql, checksum }: Migration, at: Date): void {
  try {
    db.exec('BEGIN IMMEDIATE')
    db.exec(sql)
    db.prepare('INSERT INTO schema_version VALUES (?, ?, ?, ?)').run(version, name, checksum, at.getTime())
    db.exec('COMMIT')
  } catch (cause) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw new MigrationError(`Migration ${name} failed; the database stays at version ${version - 1}`, { cause })
  }
}
