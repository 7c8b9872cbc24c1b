import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { readMigrations } from './migrate.ts'
import type { NodeCondition } from './node-store.ts'
import { nodeListing } from './nodes/listing.ts'
import type { SessionFilter } from './session-store.ts'
import { parsePlace, sessionListing } from './sessions/listing.ts'

// As with commands (commands/command-plans.test.ts): with a hundred thousand rows a wrong plan takes a hundred times as long.

const plans = new DatabaseSync(':memory:')
for (const { sql } of readMigrations()) plans.exec(sql)
after(() => plans.close())

const scope = ['123456789012', 'us-east-1'] as const
const at = new Date(1_000_000)
const place = parsePlace('1000000/alice-1')

function planOf({ sql, params }: { readonly sql: string; readonly params: readonly unknown[] }): string {
  const steps = plans
    .prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll(/\$(\d+)/g, '?$1')}`)
    .all(...params.map((value) => (typeof value === 'number' ? value : String(value))))
  return steps.map((step) => String(step['detail'])).join('\n')
}

const filters: readonly (readonly [SessionFilter, string])[] = [
  [{}, 'sessions_by_time'],
  [{ startedAfter: at, startedBefore: at }, 'sessions_by_time'],
  [{ state: 'Failed' }, 'sessions_ended_by_state'],
  [{ ownerArn: 'arn', state: 'Terminated', startedAfter: at }, 'sessions_ended_by_owner'],
  [{ nodeId: 'mi-1', ownerArn: 'arn', state: 'Terminated' }, 'sessions_ended_by_node'],
  [{ sessionId: 'alice-1', nodeId: 'mi-1' }, 'sqlite_autoindex_sessions_1'],
]

test('sessions that have ended are listed along the index of the filter that finds the fewest', () => {
  for (const [filter, index] of filters) {
    for (const from of [undefined, place]) {
      const plan = planOf(sessionListing(scope, { endedSince: at }, filter, from, 51))
      assert.match(plan, new RegExp(`^SEARCH sessions USING INDEX ${index} .*$`), JSON.stringify(filter))
    }
  }
})

test('sessions that go on are not looked for among those that have ended', () => {
  for (const [filter] of filters.filter(([{ sessionId }]) => sessionId === undefined)) {
    for (const from of [undefined, place]) {
      const plan = planOf(sessionListing(scope, 'active', filter, from, 51))
      assert.match(plan, /^SEARCH sessions USING INDEX sessions_active_by_time .*$/, JSON.stringify(filter))
    }
  }
})

test('nodes are filtered by what an index holds, in the order in which they are listed', () => {
  const conditions: readonly NodeCondition[] = [
    { key: 'pingStatus', values: ['Online', 'Inactive'] },
    { key: 'platformType', values: ['Linux'] },
    { key: 'agentVersion', values: ['1'], match: 'not' },
    { key: 'computerName', values: ['web-'], match: 'prefix' },
  ]
  for (const condition of [...conditions.map((one) => [one]), conditions]) {
    const plan = planOf(nodeListing(scope, condition, 'mi-1', 51))
    assert.match(plan, /^SEARCH nodes USING COVERING INDEX nodes_filtered .*$/m, JSON.stringify(condition))
    assert.doesNotMatch(plan, /SCAN|TEMP B-TREE/, JSON.stringify(condition))
  }
})
