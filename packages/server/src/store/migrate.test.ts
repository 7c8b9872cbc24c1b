import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { MigrationError, pendingMigrations, readMigrations } from './migrate.ts'

test('migrations are read in the order of their numbers', (t) => {
  const directory = given(t, { '0002-boats.sql': 'B', '0001-ships.sql': 'A', 'README.md': '' })

  const read = readMigrations(directory)

  assert.deepEqual(
    read.map(({ version, name, sql }) => [version, name, sql]),
    [
      [1, '0001-ships.sql', 'A'],
      [2, '0002-boats.sql', 'B'],
    ],
  )
})

test('a gap, a repeated number or a name without one is refused', (t) => {
  for (const names of [['0002-x.sql'], ['0001-x.sql', '0001-y.sql'], ['0001-x.sql', '0003-y.sql'], ['ships.sql']]) {
    const directory = given(t, Object.fromEntries(names.map((name) => [name, ''])))
    assert.throws(() => readMigrations(directory), MigrationError, names.join())
  }
})

test('line ends do not change a checksum, a letter does', (t) => {
  const [unix, windows, other] = ['A\nB', 'A\r\nB', 'A\nC'].map(
    (sql) => readMigrations(given(t, { '0001-x.sql': sql }))[0]?.checksum,
  )

  assert.equal(unix, windows)
  assert.notEqual(unix, other)
})

test('only what a database lacks is pending', () => {
  assert.deepEqual(pendingMigrations([ships, boats], [ships]), [boats])
  assert.deepEqual(pendingMigrations([ships, boats], [ships, boats]), [])
})

test('a database that is newer, or took other steps, is refused', () => {
  assert.throws(() => pendingMigrations([ships], [ships, boats]), /start the newer Fairlead/)
  assert.throws(() => pendingMigrations([ships, boats], [{ ...ships, checksum: 'other' }]), /different builds/)
})

test("the product's migrations keep to what every engine understands", () => {
  const ofOneEngine =
    /\b(AUTOINCREMENT|WITHOUT\s+ROWID|STRICT|PRAGMA|BYTEA|SERIAL|JSONB?|BOOLEAN|TIMESTAMP\w*|DEFERRABLE|REPLACE)\b/i

  for (const { name, sql } of readMigrations()) {
    const statements = sql.replaceAll(/--[^\n]*/g, '')
    assert.equal(ofOneEngine.exec(statements)?.[0], undefined, name)
  }
})

const ships = { version: 1, name: '0001-ships.sql', sql: '', checksum: 'a' }
const boats = { version: 2, name: '0002-boats.sql', sql: '', checksum: 'b' }

function given(t: TestContext, files: Record<string, string>): URL {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-migrations-'))
  t.after(() => rmSync(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return pathToFileURL(`${directory}/`)
}
