import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Database } from '../database.ts'
import { readMigrations } from '../migrate.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { createVault } from '../vault.ts'
import { identityStoreContract } from './identity-store-contract.ts'
import { SqlIdentityStore } from './sql-identity-store.ts'

const directory = mkdtempSync(join(tmpdir(), 'identities-'))
const scope = { account: '123456789012', region: 'us-east-1' }
const at = new Date('2026-01-02T03:04:05Z')
const vault = createVault([new Uint8Array(32).fill(7)], (length) => crypto.getRandomValues(new Uint8Array(length)))
const database: Database = await openSqlite({ directory, migrations: readMigrations(), now: () => at })

after(async () => {
  await database.close()
  rmSync(directory, { recursive: true })
})

// Accounts do not see each other, so that each test has an empty store in one database.
let accounts = 100_000_000_000
identityStoreContract(
  async () => new SqlIdentityStore({ database, scope: { ...scope, account: `${accounts++}` }, vault }),
)

test('no file of the database holds a secret in the clear', async () => {
  const { accessKeys } = new SqlIdentityStore({ database, scope, vault })
  const secret = 'wJalrXUtnFEMI-K7MDENG-bPxRfiCYSECRETKEY0'

  await accessKeys.ensureRootKey({ accessKeyId: 'AKIASEALED', secret, createdAt: at })

  const files = readdirSync(directory).filter((name) => name.startsWith('fairlead.db'))
  const bytes = files.map((name) => readFileSync(join(directory, name), 'latin1')).join('')
  assert.ok(bytes.includes('AKIASEALED'))
  assert.ok(!bytes.includes(secret))
})

test('one account does not see the identities of another', async () => {
  const here = new SqlIdentityStore({ database, scope, vault })
  const there = new SqlIdentityStore({ database, scope: { ...scope, account: '210987654321' }, vault })
  await here.users.addUser({ userId: 'AIDAX', userName: 'alice', path: '/', createdAt: at, tags: {} })

  assert.equal(await there.users.findUser('alice'), undefined)
  assert.deepEqual((await there.users.listUsers({ limit: 10 })).items, [])
})
