import type { Command, CommandCounts, Target } from '../../domain/command.ts'
import type { Row, SqlValue } from '../database.ts'
import { date, dateOrNothing, number, text } from '../row.ts'

/** Column of each count, in the order in which they are inserted. */
export const countColumns: Readonly<Record<keyof CommandCounts, string>> = {
  target: 'target',
  completed: 'completed',
  success: 'success',
  failed: 'failed',
  cancelled: 'cancelled',
  terminated: 'terminated',
  executionTimedOut: 'execution_timed_out',
  deliveryTimedOut: 'delivery_timed_out',
  undeliverable: 'undeliverable',
  accessDenied: 'access_denied',
  started: 'started',
  delayed: 'delayed',
}

/** Everything that makes a Command: SELECT this FROM commands c JOIN command_counts n. */
export const commandColumns = `c.command_id, c.document_name, c.document_version, c.comment, c.parameters, c.node_ids,
  c.targets, c.requested_at, c.expires_at, c.timeout_seconds, c.execution_timeout_seconds, c.max_concurrency,
  c.max_errors, c.requested_by, c.settings, c.is_rate_exceeded, n.cancel_requested_at, ${Object.values(countColumns)
    .map((column) => `n.${column}`)
    .join(', ')}`

export const joinCounts =
  'JOIN command_counts n ON n.account = c.account AND n.region = c.region AND n.command_id = c.command_id'

export function commandOf(row: Row): Command {
  return {
    commandId: text(row, 'command_id'),
    documentName: text(row, 'document_name'),
    documentVersion: text(row, 'document_version'),
    comment: text(row, 'comment'),
    parameters: JSON.parse(text(row, 'parameters')) as Command['parameters'],
    nodeIds: JSON.parse(text(row, 'node_ids')) as readonly string[],
    targets: JSON.parse(text(row, 'targets')) as readonly Target[],
    requestedAt: date(row, 'requested_at'),
    expiresAt: date(row, 'expires_at'),
    timeoutSeconds: number(row, 'timeout_seconds'),
    executionTimeoutSeconds: number(row, 'execution_timeout_seconds'),
    maxConcurrency: text(row, 'max_concurrency'),
    maxErrors: text(row, 'max_errors'),
    requestedBy: text(row, 'requested_by'),
    settings: row['settings'] === null ? undefined : (JSON.parse(text(row, 'settings')) as Command['settings']),
    isRateExceeded: number(row, 'is_rate_exceeded') === 1 || undefined,
    cancelRequestedAt: dateOrNothing(row, 'cancel_requested_at'),
    counts: countsOf(row),
  }
}

function countsOf(row: Row): CommandCounts {
  return {
    target: number(row, 'target'),
    completed: number(row, 'completed'),
    success: number(row, 'success'),
    failed: number(row, 'failed'),
    cancelled: number(row, 'cancelled'),
    terminated: number(row, 'terminated'),
    executionTimedOut: number(row, 'execution_timed_out'),
    deliveryTimedOut: number(row, 'delivery_timed_out'),
    undeliverable: number(row, 'undeliverable'),
    accessDenied: number(row, 'access_denied'),
    started: number(row, 'started'),
    delayed: number(row, 'delayed'),
  }
}

/** Parameters of `insertCommand`, after account and region. */
export function commandParams(command: Command): readonly SqlValue[] {
  return [
    command.commandId,
    command.documentName,
    command.documentVersion,
    command.comment,
    JSON.stringify(command.parameters),
    JSON.stringify(command.nodeIds),
    JSON.stringify(command.targets),
    command.requestedAt.getTime(),
    command.expiresAt.getTime(),
    command.timeoutSeconds,
    command.executionTimeoutSeconds,
    command.maxConcurrency,
    command.maxErrors,
    command.requestedBy,
    command.settings ? JSON.stringify(command.settings) : null,
    command.isRateExceeded ? 1 : 0,
  ]
}

export const insertCommand = `INSERT INTO commands (account, region, command_id, document_name, document_version, comment,
  parameters, node_ids, targets, requested_at, expires_at, timeout_seconds, execution_timeout_seconds, max_concurrency,
  max_errors, requested_by, settings, is_rate_exceeded)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`

export const insertContent =
  'INSERT INTO command_contents (account, region, command_id, content) VALUES ($1, $2, $3, $4)'

export const insertCounts = `INSERT INTO command_counts (account, region, command_id,
  ${Object.values(countColumns).join(', ')}) VALUES ($1, $2, $3, ${Object.keys(countColumns)
    .map((_, index) => `$${index + 4}`)
    .join(', ')})`

export function countParams(counts: CommandCounts): readonly SqlValue[] {
  return (Object.keys(countColumns) as (keyof CommandCounts)[]).map((count) => counts[count])
}
