import type { SqlValue } from '../database.ts'
import type { ActivationCondition, NodeAttribute, NodeCondition } from '../node-store.ts'
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
  const some = `FROM nodes WHERE ${where.join(' AND ')} ORDER BY node_id LIMIT ${place(limit)}`
  if (!conditions.some(isInIndex)) return { sql: `SELECT ${listingColumns} ${some}`, params }
  // Who passes is found in the index that holds what filters look at; only their rows are read, which are long.
  const sql = `SELECT ${listingColumns} FROM nodes
    WHERE account = $1 AND region = $2 AND node_id IN (SELECT node_id ${some}) ORDER BY node_id`
  return { sql, params }
}

function isInIndex({ key }: NodeCondition | NotHeardSince): boolean {
  return key !== 'notHeardSince' && key !== 'tagKey' && !isTag(key)
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

/** How many nodes share values; `group1`, `group2` … and `nodes` are its columns. */
export function nodeCounts(
  scope: Scope,
  conditions: readonly NodeCondition[],
  attributes: readonly NodeAttribute[],
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Query {
  const params: SqlValue[] = [...scope]
  const place = (value: SqlValue) => `$${params.push(value)}`
  const where = ['account = $1 AND region = $2', ...conditions.map((condition) => nodeCondition(condition, place))]
  const groups = attributes.map((attribute, index) => `COALESCE(${nodeColumn[attribute]}, '') AS group${index + 1}`)
  const by = attributes.map((_, index) => index + 1).join(', ')
  // Without a grouping there would be a row for no nodes too.
  const order = by === '' ? 'HAVING COUNT(*) > 0' : `GROUP BY ${by} ORDER BY ${by}`
  const sql = `SELECT ${[...groups, 'COUNT(*) AS nodes'].join(', ')} FROM nodes WHERE ${where.join(' AND ')}
    ${order} LIMIT ${place(limit)} OFFSET ${place(offset)}`
  return { sql, params }
}

const nodeColumn: Readonly<Record<NodeAttribute, string>> = {
  nodeId: 'node_id',
  activationId: 'activation_id',
  roleName: 'role_name',
  pingStatus: 'ping_status',
  platformType: 'platform_type',
  platformName: 'platform_name',
  platformVersion: 'platform_version',
  agentName: 'agent_name',
  agentVersion: 'agent_version',
  computerName: 'computer_name',
  ipAddress: 'ip_address',
  resourceType: `(CASE WHEN node_id LIKE 'mi-%' THEN 'ManagedInstance' ELSE 'EC2Instance' END)`,
}

type Place = (value: SqlValue) => string

function nodeCondition(condition: NodeCondition | NotHeardSince, place: Place): string {
  if (condition.key === 'notHeardSince') {
    return `ping_status IN ('Online', 'ConnectionLost') AND last_ping_at < ${place(condition.before.getTime())}`
  }
  const { key, values } = condition
  if (key === 'tagKey') return tagged(oneOf('tag_key', values, place))
  if (isTag(key)) return tagged(`tag_key = ${place(key.slice('tag:'.length))} AND ${oneOf('tag_value', values, place)}`)
  const column = nodeColumn[key]
  if (condition.match === 'not') return `NOT (${oneOf(`COALESCE(${column}, '')`, values, place)})`
  return condition.match === 'prefix' ? beginsWithOne(column, values, place) : oneOf(column, values, place)
}

/** No LIKE: what stands for anything there may be in a value. */
function beginsWithOne(column: string, values: readonly string[], place: Place): string {
  const prefixes = values.map((value) => `SUBSTR(${column}, 1, ${[...value].length}) = ${place(value)}`)
  return prefixes.length === 0 ? '1 = 0' : `(${prefixes.join(' OR ')})`
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
