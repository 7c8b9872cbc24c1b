import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import type { Hint } from '../../domain/hint.ts'
import { readMigrations } from '../migrate.ts'
import { SqlResourceGroupStore } from '../resource-groups/sql-resource-group-store.ts'
import { openSqlite } from '../sqlite/sqlite.ts'
import { nodeStoreContract } from './node-store-contract.ts'
import { SqlNodeStore } from './sql-node-store.ts'
import { SqlTagStore } from './sql-tag-store.ts'
import { selectTags } from './tag-rows.ts'
import { tagStoreContract } from './tag-store-contract.ts'

const directory = mkdtempSync(join(tmpdir(), 'fairlead-nodes-'))
const database = await openSqlite({ directory, migrations: readMigrations(), now: () => new Date(0) })

after(async () => {
  await database.close()
  rmSync(directory, { recursive: true })
})

// Accounts do not see each other, so that each test has an empty store in one database.
let accounts = 100_000_000_000
function openHere(account = `${accounts++}`) {
  const scope = { account, region: 'us-east-1' }
  const hints: Hint[] = []
  return {
    nodes: new SqlNodeStore({ database, scope, announce: (hint) => hints.push(hint) }),
    tags: new SqlTagStore({ database, scope }),
    scope,
    hints,
  }
}

nodeStoreContract(async () => openHere())
async function openWithGroups(account?: string) {
  const { tags, scope } = openHere(account)
  const groups = new SqlResourceGroupStore({ database, scope })
  const group = { description: '', query: '{}', createdAt: new Date(0) }
  for (const name of ['first', 'second']) await groups.addGroup({ name, ...group }, {}, 9)
  return { tags, groups }
}
tagStoreContract(openWithGroups)

test('one account does not see the tags of another', async () => {
  const resource = { type: 'ResourceGroup', id: 'first' } as const
  const [one, two] = [await openWithGroups('one'), await openWithGroups('two')]
  await one.tags.addTags(resource, { a: '1' }, 50)
  assert.deepEqual([await one.tags.tagsOf(resource), await two.tags.tagsOf(resource)], [{ a: '1' }, {}])
})

// With another index SQLite reads the tags of all nodes to find those of one, a hundred times as slowly.
test('the tags of a node are found by its id', () => {
  const db = new DatabaseSync(join(directory, 'fairlead.db'), { readOnly: true })
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${selectTags.replace(/\$(\d+)/g, '?$1')}`).all('1', 'a', 'b', 'c')
  db.close()
  assert.match(JSON.stringify(plan), /resource_id=\?/)
})
