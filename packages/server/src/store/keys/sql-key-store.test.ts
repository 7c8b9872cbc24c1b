import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { createVault } from '../vault.ts'
import { keyStoreContract } from './key-store-contract.ts'
import { SqlKeyStore } from './sql-key-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'fairlead-keys-'))
const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })
const vault = createVault([randomBytes(32)], randomBytes)

after(async () => {
  await database.close()
  rmSync(directory, { recursive: true })
})

// Accounts do not see each other, so that each test has an empty store in one database.
let accounts = 100_000_000_000

keyStoreContract(() => {
  const scope = { account: `${accounts++}`, region: 'us-east-1' }
  const rowsOf = (table: string) =>
    database.read(`SELECT * FROM ${table} WHERE account = $1 AND region = $2 LIMIT 100`, [scope.account, scope.region])
  return { store: new SqlKeyStore({ database, scope, vault }), rowsOf }
})
