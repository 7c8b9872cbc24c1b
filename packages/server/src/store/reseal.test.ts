import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { newProgress } from '../domain/mfa-device.ts'
import { SqlIdentityStore } from './identities/sql-identity-store.ts'
import { readMigrations } from './migrate.ts'
import { resealSecrets } from './reseal.ts'
import { sealedColumns } from './sealed-columns.ts'
import { requireKeys, sealingKeys } from './sealing-keys.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import { createVault, type Vault } from './vault.ts'

const scope = { account: '123456789012', region: 'us-east-1' }
const at = new Date('2026-01-02T03:04:05Z')
const [older, newer] = [randomBytes(32), randomBytes(32)]
const before = createVault([older], randomBytes)
const rotated = createVault([newer, older], randomBytes)
const after = createVault([newer], randomBytes)
const serial = (index: number) => `arn:aws:iam::123456789012:mfa/${String(index).padStart(4, '0')}`

async function given(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-reseal-'))
  const database = await openSqlite({ directory, migrations: readMigrations(), now: () => at })
  t.after(async () => {
    await database.close()
    rmSync(directory, { recursive: true })
  })
  const told: object[] = []
  const note = (fields: object) => void told.push(fields)
  const log = { info: note, error: note }
  return {
    database,
    told,
    devices: (vault: Vault) => new SqlIdentityStore({ database, scope, vault }).mfaDevices,
    reseal: (vault: Vault, signal = new AbortController().signal) => resealSecrets({ database, vault, log, signal }),
  }
}

async function addDevices({ devices }: Awaited<ReturnType<typeof given>>, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const device = { serialNumber: serial(index), seed: Buffer.from(`seed ${index}`), createdAt: at, tags: {} }
    await devices(before).addDevice({ ...device, progress: newProgress }, 1_000)
  }
}

test('every secret of hundreds opens with the new master key alone, and is what it was', async (t) => {
  const world = await given(t)
  await addDevices(world, 230)

  await world.reseal(rotated)

  const { items } = await world.devices(after).listDevices({ limit: 1_000 })
  assert.deepEqual(
    items.map(({ seed }) => Buffer.from(seed).toString()),
    Array.from({ length: 230 }, (_, index) => `seed ${index}`),
  )
  assert.deepEqual(world.told, [{ sealed: 230, keyId: after.keyId }])
})

test('what cannot be opened is told and left as it is, and keeps no other from its new seal', async (t) => {
  const world = await given(t)
  await addDevices(world, 210)
  // Sealed for the first, so that they open nowhere else.
  await world.database.write([
    {
      sql: `UPDATE iam_mfa_devices SET sealed_seed =
        (SELECT sealed_seed FROM iam_mfa_devices WHERE serial_number = $1) WHERE serial_number < $2`,
      params: [serial(0), serial(150)],
    },
  ])

  await world.reseal(rotated)

  assert.deepEqual(world.told, [{ failed: 149, sealed: 61 }])
  for (const index of [0, 150, 209]) assert.ok(await world.devices(after).findDevice(serial(index)))
  await assert.rejects(world.devices(rotated).findDevice(serial(1)), /altered, or belongs elsewhere/)
})

test('without an older master key nothing is looked for, and after it was done nothing is done again', async (t) => {
  const world = await given(t)
  await addDevices(world, 3)

  await world.reseal(before)
  await world.reseal(rotated)
  await world.reseal(rotated)

  assert.equal(world.told.length, 1)
})

test('a server that stops breaks it off between two steps', async (t) => {
  const world = await given(t)
  await addDevices(world, 3)

  await world.reseal(rotated, AbortSignal.abort())

  assert.ok(await world.devices(before).findDevice(serial(0)))
})

test('no sealed column of the database is left out, and one that a migration adds would be noticed', async (t) => {
  const listed = sealedColumns.map(({ table, column }) => `${table}.${column}`).sort()

  assert.deepEqual(await sealedIn(t, []), listed)
  const more = ['ALTER TABLE nodes ADD COLUMN sealed_x TEXT', 'CREATE TABLE more (id TEXT, sealed_y TEXT)']
  assert.deepEqual(await sealedIn(t, more), [...listed, 'more.sealed_y', 'nodes.sealed_x'].sort())
})

test('a recording keeps the master key that sealed its key', async (t) => {
  const { database } = await given(t)
  const columns = { account: '1', region: 'r', session_id: 's', file: 'f', node_id: 'n', owner_arn: '', owner_name: '' }
  const rest = { owner_user_id: '', document_name: '', session_type: '', tags: '{}', started_at: 0, has_input: 0 }
  const sealed_key = Buffer.from(before.seal('secret', 'anywhere')).toString('base64')
  const row = { ...columns, ...rest, bytes: 0, lost_bytes: 0, is_cut: 0, sealed_key }
  const [names, places] = [Object.keys(row), Object.keys(row).map((_, index) => `$${index + 1}`)]
  await database.write([
    { sql: `INSERT INTO recordings (${names.join(', ')}) VALUES (${places.join(', ')})`, params: Object.values(row) },
  ])

  assert.deepEqual(await sealingKeys(database), [before.keyId])
  assert.throws(() => requireKeys(after, [before.keyId]), /is missing/)
})

/** Every sealed column of a database with all migrations and `more`. */
async function sealedIn(t: TestContext, more: readonly string[]): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-sealed-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const known = readMigrations()
  const added = more.map((sql, index) => ({
    version: known.length + index + 1,
    name: `more-${index}`,
    sql,
    checksum: sql,
  }))
  const database = await openSqlite({ directory, migrations: [...known, ...added], now: () => at })
  await database.close()
  const reader = new DatabaseSync(join(directory, 'fairlead.db'), { readOnly: true })
  const rows = reader
    .prepare(`SELECT t.name || '.' || c.name AS place FROM sqlite_schema t JOIN pragma_table_info(t.name) c
      WHERE t.type = 'table' AND c.name LIKE 'sealed%' ORDER BY place`)
    .all()
  reader.close()
  return rows.map((row) => String(row['place']))
}
