import type { Invocation, InvocationDetails, InvocationStatus, PluginRecord } from '../../domain/invocation.ts'
import type { Standing } from '../command-store.ts'
import type { Row, SqlValue, Statement } from '../database.ts'
import { dateOrNothing, number, text } from '../row.ts'

/** Everything that makes an Invocation: SELECT this FROM invocations i. */
export const invocationColumns = `i.command_id, i.node_id, i.status, i.details, i.requested_at, i.deliver_by,
  i.delivered_at, i.due_at, i.ended_at, i.plugins, i.trace, i.version`

export function invocationOf(row: Row): Invocation {
  return {
    commandId: text(row, 'command_id'),
    nodeId: text(row, 'node_id'),
    // Written by this file alone, from the same unions.
    status: text(row, 'status') as InvocationStatus,
    details: text(row, 'details') as InvocationDetails,
    requestedAt: new Date(number(row, 'requested_at')),
    deliverBy: new Date(number(row, 'deliver_by')),
    deliveredAt: dateOrNothing(row, 'delivered_at'),
    expiresAt: dateOrNothing(row, 'due_at'),
    endedAt: dateOrNothing(row, 'ended_at'),
    plugins: pluginsOf(text(row, 'plugins')),
    trace: row['trace'] === null ? undefined : text(row, 'trace'),
    version: number(row, 'version'),
  }
}

export function standingOf(row: Row): Standing {
  return { nodeId: text(row, 'node_id'), status: text(row, 'status') as InvocationStatus }
}

const none = '[]'

export function pluginsText(plugins: readonly PluginRecord[]): string {
  return plugins.length === 0 ? none : JSON.stringify(plugins)
}

function pluginsOf(plugins: string): readonly PluginRecord[] {
  if (plugins === none) return []
  const records = JSON.parse(plugins) as (Omit<PluginRecord, 'startedAt' | 'endedAt'> &
    Record<'startedAt' | 'endedAt', string | undefined>)[]
  return records.map(({ startedAt, endedAt, ...record }) => ({
    ...record,
    startedAt: startedAt === undefined ? undefined : new Date(startedAt),
    endedAt: endedAt === undefined ? undefined : new Date(endedAt),
  }))
}

/**
 * Inserts of many invocations of one command. Rows go in blocks of powers of two, so that there are
 * few texts to prepare whatever the number of nodes, and few parameters in each.
 */
export function insertInvocations(
  scope: readonly [account: string, region: string],
  invocations: readonly Invocation[],
): readonly Statement[] {
  const statements: Statement[] = []
  let from = 0
  for (let size = largestBlock; size >= 1; ) {
    const block = invocations.slice(from, from + size)
    if (block.length < size) {
      size /= 2
      continue
    }
    from += size
    statements.push({
      sql: insertTexts.get(size) ?? insertOf(size),
      params: [...scope, ...block.flatMap(insertParams)],
    })
  }
  return statements
}

const largestBlock = 64
const perRow = 10

function insertOf(rows: number): string {
  const values = Array.from({ length: rows }, (_, row) => {
    const own = Array.from({ length: perRow }, (__, column) => `$${3 + row * perRow + column}`)
    return `($1, $2, ${own.join(', ')})`
  })
  return `INSERT INTO invocations (account, region, command_id, node_id, status, details, requested_at, deliver_by,
    ended_at, due_at, plugins, version) VALUES ${values.join(', ')}`
}

// A command to ten thousand nodes has 157 blocks: their text is made once.
const insertTexts = new Map([64, 32, 16, 8, 4, 2, 1].map((size) => [size, insertOf(size)]))

function insertParams(invocation: Invocation): readonly SqlValue[] {
  return [
    invocation.commandId,
    invocation.nodeId,
    invocation.status,
    invocation.details,
    invocation.requestedAt.getTime(),
    invocation.deliverBy.getTime(),
    invocation.endedAt?.getTime() ?? null,
    invocation.expiresAt?.getTime() ?? null,
    pluginsText(invocation.plugins),
    invocation.version,
  ]
}
