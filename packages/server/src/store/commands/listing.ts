import type { CommandFilter } from '../command-store.ts'
import type { SqlValue } from '../database.ts'
import { commandColumns, joinCounts } from './command-rows.ts'
import { invocationColumns } from './invocation-rows.ts'

export interface Query {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

/** Where a listing stopped. It is told to callers as text, and comes back from them: see `parsePlace`. */
export interface Place {
  readonly requestedAt: number
  readonly commandId: string
  readonly nodeId: string
}

export function placeText({ requestedAt, commandId, nodeId }: Place): string {
  return [requestedAt, commandId, nodeId].join('.')
}

/** Text that is no place becomes one beyond the last row: then nothing follows. */
export function parsePlace(text: string): Place {
  const [requestedAt, commandId = '', nodeId = ''] = text.split('.', 3)
  const at = Number(requestedAt)
  return { requestedAt: Number.isSafeInteger(at) ? at : 0, commandId, nodeId }
}

/** Newest first. Answers the columns of a Command. */
export function commandListing(
  scope: readonly SqlValue[],
  filter: CommandFilter,
  after: Place | undefined,
  limit: number,
): Query {
  const query = new Conditions(scope)
  const from =
    filter.nodeId === undefined
      ? `commands c ${joinCounts}`
      : `invocations i JOIN commands c ON c.account = i.account AND c.region = i.region AND c.command_id = i.command_id ${joinCounts}`
  const lead = filter.nodeId === undefined ? 'c' : 'i'
  query.addScope(lead)
  query.addFilter(filter, lead)
  if (after)
    query.add((p) => `(${lead}.requested_at, ${lead}.command_id) < (${p(after.requestedAt)}, ${p(after.commandId)})`)
  return query.finish(commandColumns, from, `${lead}.requested_at DESC, ${lead}.command_id DESC`, limit)
}

/** Of one command, in the order of node ids. Answers the columns of a Command and of an Invocation. */
export function invocationsOfCommand(
  scope: readonly SqlValue[],
  filter: CommandFilter,
  afterNode: string,
  limit: number,
): Query {
  const query = new Conditions(scope)
  query.addScope('i')
  query.addFilter(filter, 'i')
  query.add((p) => `i.node_id > ${p(afterNode)}`)
  return query.finish(bothColumns, withCommand, 'i.node_id', limit)
}

/** Of one node, newest command first. Answers the same columns. */
export function invocationsOfNode(
  scope: readonly SqlValue[],
  filter: CommandFilter,
  after: Place | undefined,
  limit: number,
): Query {
  const query = new Conditions(scope)
  query.addScope('i')
  query.addFilter(filter, 'i')
  if (after) query.add((p) => `(i.requested_at, i.command_id) < (${p(after.requestedAt)}, ${p(after.commandId)})`)
  return query.finish(bothColumns, withCommand, 'i.requested_at DESC, i.command_id DESC', limit)
}

const withCommand = `invocations i
  JOIN commands c ON c.account = i.account AND c.region = i.region AND c.command_id = i.command_id ${joinCounts}`

// The two columns are the same in both tables.
const bothColumns = `${commandColumns}, ${invocationColumns.replace('i.requested_at, ', '').replace('i.command_id, ', '')}`

/** Gathers what a WHERE says together with its parameters, so that the two cannot drift apart. */
class Conditions {
  readonly #params: SqlValue[]
  readonly #conditions: string[] = []

  constructor(scope: readonly SqlValue[]) {
    this.#params = [...scope]
  }

  add(condition: (parameter: (value: SqlValue) => string) => string): void {
    this.#conditions.push(condition((value) => `$${this.#params.push(value)}`))
  }

  addScope(table: string): void {
    this.#conditions.push(`${table}.account = $1 AND ${table}.region = $2`)
  }

  addFilter(filter: CommandFilter, lead: string): void {
    const { commandId, nodeId, invokedAfter, invokedBefore, documentName } = filter
    if (commandId !== undefined) this.add((p) => `${lead}.command_id = ${p(commandId)}`)
    if (nodeId !== undefined) this.add((p) => `i.node_id = ${p(nodeId)}`)
    if (invokedAfter) this.add((p) => `${lead}.requested_at >= ${p(invokedAfter.getTime())}`)
    if (invokedBefore) this.add((p) => `${lead}.requested_at < ${p(invokedBefore.getTime())}`)
    if (documentName !== undefined) this.add((p) => `c.document_name = ${p(documentName)}`)
  }

  finish(columns: string, from: string, order: string, limit: number): Query {
    const where = this.#conditions.join(' AND ')
    const params = [...this.#params, limit]
    return { sql: `SELECT ${columns} FROM ${from} WHERE ${where} ORDER BY ${order} LIMIT $${params.length}`, params }
  }
}
