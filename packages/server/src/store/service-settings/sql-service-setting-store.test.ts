import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { serviceSettingStoreContract } from './service-setting-store-contract.ts'
import { SqlServiceSettingStore } from './sql-service-setting-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'fairlead-service-settings-'))
const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })

after(async () => {
  await database.close()
  rmSync(directory, { recursive: true })
})

// Accounts do not see each other, so that each test has an empty store in one database.
let accounts = 100_000_000_000

serviceSettingStoreContract(
  () => new SqlServiceSettingStore({ database, scope: { account: `${accounts++}`, region: 'us-east-1' } }),
)
