import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Hint } from '../../domain/hint.ts'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { sessionStoreContract } from './session-store-contract.ts'
import { SqlSessionStore } from './sql-session-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'fairlead-sessions-'))
const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })

after(async () => {
  await database.close()
  rmSync(directory, { recursive: true })
})

// Accounts do not see each other, so that each test has an empty store in one database.
let accounts = 100_000_000_000

sessionStoreContract(() => {
  const hints: Hint[] = []
  const scope = { account: `${accounts++}`, region: 'us-east-1' }
  return { store: new SqlSessionStore({ database, scope, announce: (hint) => hints.push(hint) }), hints }
})
