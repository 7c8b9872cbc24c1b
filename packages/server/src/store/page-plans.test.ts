import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { PageRequest } from '../domain/page.ts'
import { SqlDocumentStore } from './documents/sql-document-store.ts'
import { SqlIdentityStore } from './identities/sql-identity-store.ts'
import { SqlKeyStore } from './keys/sql-key-store.ts'
import { SqlNodeStore } from './nodes/sql-node-store.ts'
import { SqlTagStore } from './nodes/sql-tag-store.ts'
import type { ParameterRange } from './parameter-store.ts'
import { SqlParameterStore } from './parameters/sql-parameter-store.ts'
import { SqlRecordingStore } from './recordings/sql-recording-store.ts'
import { SqlResourceGroupStore } from './resource-groups/sql-resource-group-store.ts'
import { SqlSessionStore } from './sessions/sql-session-store.ts'
import { openQueryPlans } from './testing/query-plans.ts'
import { createVault } from './vault.ts'

// Commands and their invocations: commands/command-plans.test.ts. Filters of nodes and sessions: listing-plans.test.ts.

const plans = await openQueryPlans()
after(() => plans.close())

const vault = createVault([new Uint8Array(32)], (length) => new Uint8Array(length))
const scope = { account: '123456789012', region: 'us-east-1' }
const parts = { database: plans.database, scope, announce: () => undefined }
const documents = new SqlDocumentStore(parts)
const identities = new SqlIdentityStore({ ...parts, vault })
const keys = new SqlKeyStore({ ...parts, vault })
const nodes = new SqlNodeStore(parts)
const tags = new SqlTagStore(parts)
const parameters = new SqlParameterStore(parts)
const recordings = new SqlRecordingStore(parts)
const groups = new SqlResourceGroupStore(parts)
const sessions = new SqlSessionStore(parts)

const listings: Readonly<Record<string, (page: PageRequest) => Promise<unknown>>> = {
  documents: (page) => documents.listDocuments(page),
  'versions of a document': (page) => documents.listVersions('a', page),
  'reviews of a document': (page) => documents.listReviews('a', 1, page),
  'shares of a document': () => documents.sharesOf('a'),
  activations: (page) => nodes.listActivations([], page),
  'versions of a parameter': (page) => parameters.listVersions('a', page),
  recordings: (page) => recordings.listRecordings({}, page),
  'recordings of a node': (page) => recordings.listRecordings({ nodeId: 'mi-1' }, page),
  'recordings of a user': (page) => recordings.listRecordings({ ownerName: 'alice' }, page),
  'recordings that go on': (page) => recordings.openRecordings(page),
  'sessions that go on': (page) => sessions.activeSessions(page),
  'resource groups': (page) => groups.listGroups(page),
  keys: (page) => keys.listKeys(page),
  'materials of a key': (page) => keys.listMaterials('a', page),
  'aliases of a key': (page) => keys.aliases.listAliases('a', page),
  aliases: (page) => keys.aliases.listAliases(undefined, page),
  users: (page) => identities.users.listUsers({ ...page, pathPrefix: '/' }),
  'tags of resources': () => tags.tagsOfEach('Document', ['a', 'b']),
}

for (const [what, list] of Object.entries(listings)) {
  test(`a page of ${what} is read along an index`, async () => {
    await plans.refuseSlow(() => list({ limit: 50 }), what)
    await plans.refuseSlow(() => list({ limit: 50, after: '1' }), `${what}, a later page`)
  })
}

test('a page of parameters is read along an index, whatever narrows it', async () => {
  const ranges: readonly ParameterRange[] = [{}, { prefix: 'a' }, { parent: 'a' }, { labels: ['x', 'y'] }]
  for (const range of [...ranges, Object.assign({}, ...ranges)]) {
    const what = JSON.stringify(range)
    await plans.refuseSlow(() => parameters.listParameters(range, { limit: 50 }), what)
    await plans.refuseSlow(() => parameters.listParameters(range, { limit: 50, after: 'a' }), what)
  }
})

test('a read that sorts, or begins at the beginning of a table, is found out', async () => {
  for (const sql of [
    'SELECT name FROM documents LIMIT $1',
    'SELECT name FROM documents WHERE account = $1 ORDER BY type',
  ]) {
    await assert.rejects(plans.refuseSlow(() => plans.database.read(sql, [1]), sql))
  }
})
