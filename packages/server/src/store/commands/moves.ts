import { type CommandCounts, countOf } from '../../domain/command.ts'
import { type Invocation, isTerminal } from '../../domain/invocation.ts'
import type { Ending } from '../command-store.ts'
import type { SqlValue, Statement } from '../database.ts'
import { countColumns } from './command-rows.ts'
import { pluginsText } from './invocation-rows.ts'
import { countSent, isWaiting, subtractWaiting } from './waiting.ts'

type ScopeParams = readonly [account: string, region: string]

/**
 * The statements that save a changed invocation. The counts come first: their row is then the one that
 * every move of a command passes, so two moves of one command never wait for each other crosswise.
 */
export function saveStatements(scope: ScopeParams, previous: Invocation, next: Invocation): readonly Statement[] {
  const counted = countsTouched(previous, next)
  const update: Statement = {
    sql: updateInvocation,
    params: [...scope, previous.commandId, previous.nodeId, previous.version, ...updateParams(next)],
    expect: 1,
  }
  if (counted.length === 0) return [update]
  const sets = counted.map(([count, by]) => `${countColumns[count]} = ${countColumns[count]} + ${by}`)
  return [
    {
      sql: `UPDATE command_counts SET ${sets.join(', ')} WHERE account = $1 AND region = $2 AND command_id = $3`,
      params: [...scope, previous.commandId],
      expect: 1,
    },
    update,
    ...(isWaiting(previous) && !isWaiting(next) ? [countSent(scope)] : []),
  ]
}

function countsTouched(previous: Invocation, next: Invocation): readonly (readonly [keyof CommandCounts, 1 | -1])[] {
  const touched: [keyof CommandCounts, 1 | -1][] = []
  if (previous.deliveredAt === undefined && next.deliveredAt !== undefined) touched.push(['started', 1])
  const delayed = Number(next.details === 'Delayed') - Number(previous.details === 'Delayed')
  if (delayed !== 0) touched.push(['delayed', delayed > 0 ? 1 : -1])
  if (!isTerminal(previous.status) && isTerminal(next.status)) {
    touched.push(['completed', 1])
    const end = countOf(next.details)
    if (end) touched.push([end, 1])
  }
  return touched
}

const updateInvocation = `UPDATE invocations SET status = $6, details = $7, delivered_at = $8, ended_at = $9,
  due_at = $10, plugins = $11, trace = $12, version = $13
  WHERE account = $1 AND region = $2 AND command_id = $3 AND node_id = $4 AND version = $5`

function updateParams(next: Invocation): readonly SqlValue[] {
  return [
    next.status,
    next.details,
    next.deliveredAt?.getTime() ?? null,
    next.endedAt?.getTime() ?? null,
    next.expiresAt?.getTime() ?? null,
    pluginsText(next.plugins),
    next.trace ?? null,
    next.version,
  ]
}

/** How many nodes one statement ends; a shorter list is filled up, so that there is one text. */
export const endingBlock = 100

/**
 * Ends invocations that no agent has, whatever their number, in three statements: the domain's table of
 * moves lets an undelivered one go to Cancelled from wherever it is. Counting comes first, while the
 * rows still show which ones are meant.
 */
export function endStatements(scope: ScopeParams, { commandId, nodeIds, details, at }: Ending): readonly Statement[] {
  const last = nodeIds.at(-1) ?? ''
  const nodes = Array.from({ length: endingBlock }, (_, index) => nodeIds[index] ?? last)
  const column = details === 'Cancelled' ? countColumns.cancelled : countColumns.terminated
  return [
    { sql: countEnded(column), params: [...scope, commandId, ...nodes], expect: 1 },
    { sql: uncountThem, params: [...scope, commandId, ...nodes] },
    { sql: endThem, params: [...scope, commandId, ...nodes, details, at.getTime()] },
  ]
}

const these = `account = $1 AND region = $2 AND command_id = $3 AND delivered_at IS NULL AND ended_at IS NULL
  AND node_id IN (${Array.from({ length: endingBlock }, (_, index) => `$${index + 4}`).join(', ')})`

function countEnded(column: string): string {
  const count = `(SELECT COUNT(*) FROM invocations WHERE ${these})`
  const delayed = `(SELECT COUNT(*) FROM invocations WHERE ${these} AND status = 'Delayed')`
  return `UPDATE command_counts SET completed = completed + ${count}, ${column} = ${column} + ${count},
    delayed = delayed - ${delayed}
    WHERE account = $1 AND region = $2 AND command_id = $3`
}

const uncountThem = subtractWaiting(`(SELECT COUNT(*) FROM invocations WHERE ${these})`)

const endThem = `UPDATE invocations SET status = 'Cancelled', details = $${endingBlock + 4}, ended_at = $${endingBlock + 5},
  due_at = NULL, version = version + 1 WHERE ${these} RETURNING node_id`
