import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { readMigrations } from '../migrate.ts'
import { SqlTagStore } from '../nodes/sql-tag-store.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { resourceGroupStoreContract } from './resource-group-store-contract.ts'
import { SqlResourceGroupStore } from './sql-resource-group-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'fairlead-resource-groups-'))
const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })

after(async () => {
  await database.close()
  rmSync(directory, { recursive: true })
})

// Accounts do not see each other, so that each test has an empty store in one database.
let accounts = 100_000_000_000

resourceGroupStoreContract(() => {
  const parts = { database, scope: { account: `${accounts++}`, region: 'us-east-1' } }
  return { groups: new SqlResourceGroupStore(parts), tags: new SqlTagStore(parts) }
})
