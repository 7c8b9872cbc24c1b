import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { ApiError } from '@fairlead/testkit/api-client'
import { ChannelPeer } from '@fairlead/testkit/channel-peer'
import { allow, given } from '@fairlead/testkit/given'
import { NodeMachine } from '@fairlead/testkit/node-machine'

/** The tables without which a caller cannot be known, or a session not found. */
const needed = ['iam_access_keys', 'iam_inline_policies', 'iam_users', 'sessions'] as const

/**
 * A client that is told 4xx gives up within five seconds and then freezes; one that is told 5xx tries for far longer
 * (session reference, trap T7).
 */
test('ResumeSession blames itself and never its caller when callers or sessions cannot be read', async (t) => {
  const world = await given(t)
  const node = await NodeMachine.register(world)
  await ChannelPeer.open(world, node)
  const { SessionId = '' } = await world.root.call('ssm', 'StartSession', { Target: node.nodeId })
  const database = new DatabaseSync(join(world.dataDir, 'fairlead.db'), { timeout: 5_000 })
  t.after(() => database.close())
  const tables = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND (name LIKE 'iam_%' OR name LIKE 'session%') ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name))

  const failed: string[] = []
  for (const [index, table] of tables.entries()) {
    // Nothing of a new user is remembered outside the store.
    const user = await world.user(`user-${index}`, [allow('ssm:ResumeSession')])
    database.exec(`ALTER TABLE ${table} RENAME TO away`)
    const status = await user.call('ssm', 'ResumeSession', { SessionId }).then(
      () => 200,
      (error: unknown) => (error instanceof ApiError ? error.status : error),
    )
    database.exec(`ALTER TABLE away RENAME TO ${table}`)
    assert.ok(status === 200 || status === 500, `without ${table} it answers ${status}`)
    if (status === 500) failed.push(table)
    const { TokenValue } = await user.call('ssm', 'ResumeSession', { SessionId })
    assert.ok(TokenValue, `without ${table} for a moment, and with it again`)
  }
  for (const table of needed) assert.ok(failed.includes(table), `${table} was not missed: only ${failed.join(', ')}`)
})
