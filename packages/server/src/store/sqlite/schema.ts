import type { DatabaseSync } from 'node:sqlite'
import {
  type AppliedMigration,
  type Migration,
  MigrationError,
  pendingMigrations,
  schemaVersionTable,
} from '../migrate.ts'

/**
 * Brings the schema up to date: all steps that are missing, each with its row in schema_version, in one transaction.
 * A kill or a step that fails leaves the version before, which the program before still opens; and a new data
 * directory costs one fsync, not one a step.
 *
 * @throws {MigrationError} when the database is newer, was made by other steps, or a step fails
 */
export function migrate(db: DatabaseSync, known: readonly Migration[], now: () => Date): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec(schemaVersionTable)
    const rows = db.prepare('SELECT version, name, checksum FROM schema_version ORDER BY version').all()
    const applied = rows.map(appliedOf)
    const from = applied.at(-1)?.version ?? 0
    for (const migration of pendingMigrations(known, applied)) apply(db, migration, { at: now(), from })
    db.exec('COMMIT')
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK')
  }
}

function appliedOf(row: Record<string, unknown>): AppliedMigration {
  return { version: Number(row['version']), name: String(row['name']), checksum: String(row['checksum']) }
}

function apply(db: DatabaseSync, migration: Migration, { at, from }: { at: Date; from: number }): void {
  const { version, name, sql, checksum } = migration
  try {
    db.exec(sql)
    db.prepare('INSERT INTO schema_version VALUES (?, ?, ?, ?)').run(version, name, checksum, at.getTime())
  } catch (cause) {
    throw new MigrationError(`Migration ${name} failed; the database stays at version ${from}`, { cause })
  }
}
