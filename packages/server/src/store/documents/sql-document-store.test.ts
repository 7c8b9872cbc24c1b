import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { readMigrations } from '../migrate.ts'
import { SqlTagStore } from '../nodes/sql-tag-store.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { documentStoreContract } from './document-store-contract.ts'
import { SqlDocumentStore } from './sql-document-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'fairlead-documents-'))
const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })

after(async () => {
  await database.close()
  rmSync(directory, { recursive: true })
})

// Accounts do not see each other, so that each test has an empty store in one database.
let accounts = 100_000_000_000

documentStoreContract(() => {
  const scope = { account: `${accounts++}`, region: 'us-east-1' }
  return { store: new SqlDocumentStore({ database, scope }), tags: new SqlTagStore({ database, scope }) }
})
