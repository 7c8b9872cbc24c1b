import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

/** One step of the schema, in SQL that every engine understands. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
  /** SHA-256 of the text, hex, line ends aside. */
  readonly checksum: string
}

/** A step that a database says it has taken. */
export type AppliedMigration = Omit<Migration, 'sql'>

/** The database and the program do not belong together. The message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** Where the product's own migrations are. */
export const migrationsDirectory = new URL('./migrations/', import.meta.url)

/** The table in which each engine writes down what it has applied. */
export const schemaVersionTable = `CREATE TABLE IF NOT EXISTS schema_version (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  applied_at BIGINT NOT NULL
)`

/**
 * Reads `NNNN-name.sql` files, in order.
 *
 * @throws {MigrationError} when a name has no number, or the numbers leave a gap or repeat
 */
export function readMigrations(directory: URL = migrationsDirectory): readonly Migration[] {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .sort()
  return names.map((name, index) => {
    const version = Number(/^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1])
    // A gap that is filled later would be missing from every database that is past it.
    if (version !== index + 1) throw new MigrationError(`${name} is not migration ${index + 1}: name it NNNN-words.sql`)
    const sql = readFileSync(new URL(name, directory), 'utf8')
    return { version, name, sql, checksum: checksumOf(sql) }
  })
}

/**
 * What a database still lacks.
 *
 * @throws {MigrationError} when it is newer than the program, or its steps were not these
 */
export function pendingMigrations(known: readonly Migration[], applied: readonly AppliedMigration[]): Migration[] {
  for (const [index, step] of applied.entries()) {
    const ours = known[index]
    if (!ours) {
      throw new MigrationError(
        `The database is at version ${applied.length}, this program knows ${known.length}: start the newer Fairlead, or restore the backup made before its first start.`,
      )
    }
    if (step.version !== ours.version || step.checksum !== ours.checksum) {
      throw new MigrationError(
        `Migration ${step.name} of the database is not the ${ours.name} of this program: they come from different builds of Fairlead.`,
      )
    }
  }
  return known.slice(applied.length)
}

function checksumOf(sql: string): string {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
}
