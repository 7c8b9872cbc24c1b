import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hint } from '../../domain/hint.ts'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { commandStoreContract } from './command-store-contract.ts'
import { SqlCommandStore } from './sql-command-store.ts'

commandStoreContract('commands in sqlite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-commands-'))
  const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })
  const hints: Hint[] = []
  const scope = { account: '123456789012', region: 'us-east-1' }
  const store = new SqlCommandStore({ database, scope, announce: (hint) => hints.push(hint) })
  return {
    store,
    hints,
    async close() {
      await database.close()
      rmSync(directory, { recursive: true })
    },
  }
})
