import type { SqlValue } from '../database.ts'
import type { ActivationCondition, NodeCondition } from '../node-store.ts'
import { activationColumns } from './activation-rows.ts'
import { listingColumns } from './node-rows.ts'

export interface Query {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

/** Nodes that may have fallen silent. One that was never heard is Inactive from the start. */
export interface NotHeardSince {
  readonly key: 'notHeardSince'
  readonly before: Date
}

type Scope = readonly [account: string, region: string]

/** The nodes of a page. */
export function nodeListing(
  scope: Scope,
  conditions: readonly (NodeCondition | NotHeardSince)[],
  after: string | undefined,
  limit: number,
): Query {
  const params: SqlValue[] = [...scope]
  const place = (value: SqlValue) => `$${params.push(value)}`
  const where = ['account = $1 AND region = $2', ...conditions.map((condition) => nodeCondition(condition, place))]
  if (after !== undefined) where.push(`node_id > ${place(after)}`)
  const sql = `SELECT ${listingColumns} FROM nodes WHERE ${where.join(' AND ')} ORDER BY node_id LIMIT ${place(limit)}`
  return { sql, params }
}

export function activationListing(
  scope: Scope,
  conditions: readonly ActivationCondition[],
  after: string | undefined,
  limit: number,
): Query {
  const params: SqlValue[] = [...scope]
  const place = (value: SqlValue) => `$${params.push(value)}`
  const where = [
    'account = $1 AND region = $2',
    ...conditions.map(({ key, values }) => oneOf(activationColumn[key], values, place)),
  ]
  if (after !== undefined) where.push(`activation_id > ${place(after)}`)
  const sql = `SELECT ${activationColumns} FROM activations WHERE ${where.join(' AND ')}
    ORDER BY activation_id LIMIT ${place(limit)}`
  return { sql, params }
}

const activationColumn: Readonly<Record<ActivationCondition['key'], string>> = {
  activationId: 'activation_id',
  roleName: 'role_name',
  defaultInstanceName: 'default_instance_name',
}

const nodeColumn = {
  nodeId: 'node_id',
  activationId: 'activation_id',
  roleName: 'role_name',
  pingStatus: 'ping_status',
  platformType: 'platform_type',
  agentVersion: 'agent_version',
  resourceType: `(CASE WHEN node_id LIKE 'mi-%' THEN 'ManagedInstance' ELSE 'EC2Instance' END)`,
} as const

type Place = (value: SqlValue) => string

function nodeCondition(condition: NodeCondition | NotHeardSince, place: Place): string {
  if (condition.key === 'notHeardSince') {
    return `ping_status IN ('Online', 'ConnectionLost') AND last_ping_at < ${place(condition.before.getTime())}`
  }
  const { key, values } = condition
  if (key === 'tagKey') return tagged(oneOf('tag_key', values, place))
  if (isTag(key)) return tagged(`tag_key = ${place(key.slice('tag:'.length))} AND ${oneOf('tag_value', values, place)}`)
  return oneOf(nodeColumn[key], values, place)
}

function isTag(key: NodeCondition['key']): key is `tag:${string}` {
  return key.startsWith('tag:')
}

// Starts from the tag, so that few nodes are found among many without looking at each.
function tagged(condition: string): string {
  return `node_id IN (SELECT resource_id FROM tags
    WHERE account = $1 AND region = $2 AND resource_type = 'ManagedInstance' AND ${condition})`
}

/** No value can be the right one when there are none. */
function oneOf(column: string, values: readonly string[], place: Place): string {
  return values.length === 0 ? '1 = 0' : `${column} IN (${values.map(place).join(', ')})`
}
