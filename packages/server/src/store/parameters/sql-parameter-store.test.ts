import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Hint } from '../../domain/hint.ts'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { parameterStoreContract } from './parameter-store-contract.ts'
import { SqlParameterStore } from './sql-parameter-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'fairlead-parameters-'))
const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })

after(async () => {
  await database.close()
  rmSync(directory, { recursive: true })
})

// Accounts do not see each other, so that each test has an empty store in one database.
let accounts = 100_000_000_000

parameterStoreContract(() => {
  const hints: Hint[] = []
  const scope = { account: `${accounts++}`, region: 'us-east-1' }
  return { hints, store: new SqlParameterStore({ database, scope, announce: (hint) => void hints.push(hint) }) }
})
