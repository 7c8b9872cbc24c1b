import type { Command } from '../../domain/command.ts'
import { undeliveredSettings } from '../../domain/command-settings.ts'
import type { Announce } from '../../domain/hint.ts'
import { type Invocation, isTerminal } from '../../domain/invocation.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Scope } from '../../domain/scope.ts'
import type { CommandFilter, CommandStore, Ending, InvocationRow, Standing } from '../command-store.ts'
import { ConflictError, type Database, type Row, type SqlValue } from '../database.ts'
import { text } from '../row.ts'
import {
  commandColumns,
  commandOf,
  commandParams,
  countParams,
  insertCommand,
  insertContent,
  insertCounts,
  joinCounts,
} from './command-rows.ts'
import { dropCommands } from './dropping.ts'
import { insertInvocations, invocationColumns, invocationOf, standingOf } from './invocation-rows.ts'
import {
  commandListing,
  invocationsOfCommand,
  invocationsOfNode,
  type Place,
  parsePlace,
  placeText,
  type Query,
} from './listing.ts'
import { endingBlock, endStatements, saveStatements } from './moves.ts'
import { blocksOf, selectSome, selectStandings } from './some-invocations.ts'
import { countWaiting, isWaiting } from './waiting.ts'

/** The commands of one account in one region, in a database. */
export class SqlCommandStore implements CommandStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]
  readonly #announce: Announce

  constructor({ database, scope, announce }: { database: Database; scope: Scope; announce: Announce }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
    this.#announce = announce
  }

  async addCommand(
    command: Command,
    content: string,
    invocations: readonly Invocation[],
    mostWaiting: number = Number.MAX_SAFE_INTEGER,
  ): Promise<boolean> {
    const { commandId, counts } = command
    const waiting = invocations.filter(isWaiting).length
    if (waiting > mostWaiting) return false
    const counting = waiting === 0 ? [] : [countWaiting(this.#scope, waiting, mostWaiting)]
    const statements = [
      ...counting,
      { sql: insertCommand, params: [...this.#scope, ...commandParams(command)] },
      { sql: insertContent, params: [...this.#scope, commandId, content] },
      { sql: insertCounts, params: [...this.#scope, commandId, ...countParams(counts)] },
      ...insertInvocations(this.#scope, invocations),
    ]
    try {
      await this.#database.write(statements)
    } catch (error) {
      if (error instanceof ConflictError && error.statement < counting.length) return false
      throw error
    }
    const members = command.settings ? undeliveredSettings(command.settings) : []
    if (members.length > 0) this.#announce({ kind: 'undelivered-settings', commandId, members })
    for (const { nodeId, status, details, endedAt } of invocations) {
      if (!isTerminal(status)) this.#announce({ kind: 'work', nodeId })
      else this.#announce({ kind: 'invocation', nodeId, commandId, details, at: endedAt ?? command.requestedAt })
    }
    return true
  }

  async findCommand(commandId: string): Promise<Command | undefined> {
    const sql = `SELECT ${commandColumns} FROM commands c ${joinCounts}
      WHERE c.account = $1 AND c.region = $2 AND c.command_id = $3`
    const [row] = await this.#read(sql, [commandId])
    return row && commandOf(row)
  }

  async findContent(commandId: string): Promise<string | undefined> {
    const sql = 'SELECT content FROM command_contents WHERE account = $1 AND region = $2 AND command_id = $3'
    const [row] = await this.#read(sql, [commandId])
    return row && text(row, 'content')
  }

  async listCommands(filter: CommandFilter, { limit, after }: PageRequest): Promise<Page<Command>> {
    const place = after === undefined ? undefined : parsePlace(after)
    const { sql, params } = commandListing(this.#scope, filter, place, limit + 1)
    const commands = (await this.#database.read(sql, params)).map(commandOf)
    return pageOf(commands, limit, ({ requestedAt, commandId }) =>
      placeText({ requestedAt: requestedAt.getTime(), commandId, nodeId: '' }),
    )
  }

  async findInvocation(commandId: string, nodeId: string): Promise<Invocation | undefined> {
    const sql = `SELECT ${invocationColumns} FROM invocations i
      WHERE i.account = $1 AND i.region = $2 AND i.command_id = $3 AND i.node_id = $4`
    const [row] = await this.#read(sql, [commandId, nodeId])
    return row && invocationOf(row)
  }

  async findInvocations(commandId: string, nodeIds: readonly string[]): Promise<readonly Invocation[]> {
    const blocks = await Promise.all(blocksOf(commandId, nodeIds).map((params) => this.#read(selectSome, params)))
    return blocks.flat().map(invocationOf)
  }

  async listStandings(commandId: string, { limit, after = '' }: PageRequest): Promise<Page<Standing>> {
    const rows = await this.#read(selectStandings, [commandId, after, limit + 1])
    return pageOf(rows.map(standingOf), limit, ({ nodeId }) => nodeId)
  }

  async listInvocations(filter: CommandFilter, { limit, after }: PageRequest): Promise<Page<InvocationRow>> {
    const place = after === undefined ? undefined : parsePlace(after)
    let items: readonly InvocationRow[]
    if (filter.commandId !== undefined) {
      items = await this.#rows(invocationsOfCommand(this.#scope, filter, place?.nodeId ?? '', limit + 1))
    } else if (filter.nodeId !== undefined) {
      items = await this.#rows(invocationsOfNode(this.#scope, filter, place, limit + 1))
    } else {
      items = await this.#rowsOfAll(filter, place, limit + 1)
    }
    return pageOf(items, limit, ({ command, invocation }) =>
      placeText({
        requestedAt: command.requestedAt.getTime(),
        commandId: command.commandId,
        nodeId: invocation.nodeId,
      }),
    )
  }

  async saveInvocation(previous: Invocation, next: Invocation): Promise<boolean> {
    try {
      await this.#database.write(saveStatements(this.#scope, previous, next))
    } catch (error) {
      if (error instanceof ConflictError) return false
      throw error
    }
    this.#tell(previous, next)
    return true
  }

  async endUndelivered({ nodeIds, ...ending }: Ending): Promise<number> {
    const { commandId, details, at } = ending
    let ended = 0
    for (let from = 0; from < nodeIds.length; from += endingBlock) {
      const block = { ...ending, nodeIds: nodeIds.slice(from, from + endingBlock) }
      const results = await this.#database.write(endStatements(this.#scope, block))
      const rows = results.at(-1)?.rows ?? []
      ended += rows.length
      for (const row of rows)
        this.#announce({ kind: 'invocation', nodeId: text(row, 'node_id'), commandId, details, at })
    }
    return ended
  }

  async requestCancel(commandId: string, at: Date): Promise<void> {
    const sql = `UPDATE command_counts SET cancel_requested_at = $4
      WHERE account = $1 AND region = $2 AND command_id = $3 AND cancel_requested_at IS NULL
        AND completed < target`
    await this.#database.write([{ sql, params: [...this.#scope, commandId, at.getTime()] }])
  }

  async undelivered(nodeId: string, now: Date, limit: number): Promise<readonly Invocation[]> {
    const sql = `SELECT ${invocationColumns} FROM invocations i
      WHERE i.account = $1 AND i.region = $2 AND i.node_id = $3 AND i.delivered_at IS NULL AND i.ended_at IS NULL
        AND i.deliver_by > $4
      ORDER BY i.requested_at, i.command_id LIMIT $5`
    return (await this.#read(sql, [nodeId, now.getTime(), limit])).map(invocationOf)
  }

  /** Without an order the index is read only as far as the limit, however much waits. */
  async undeliveredOf(nodeIds: readonly string[], now: Date, limit: number): Promise<readonly Invocation[]> {
    const last = nodeIds.at(-1) ?? ''
    const filled = Array.from({ length: readingBlock }, (_, index) => nodeIds[index] ?? last)
    return (await this.#read(undeliveredOfBlock, [now.getTime(), limit, ...filled])).map(invocationOf)
  }

  /** Along what the node has ever run: this is asked for when it is deregistered, and needs no index of its own. */
  async unfinished(nodeId: string, limit: number): Promise<readonly Invocation[]> {
    const sql = `SELECT ${invocationColumns} FROM invocations i
      WHERE i.account = $1 AND i.region = $2 AND i.node_id = $3 AND i.ended_at IS NULL
      ORDER BY i.requested_at, i.command_id LIMIT $4`
    return (await this.#read(sql, [nodeId, limit])).map(invocationOf)
  }

  async unfinishedOfGone(limit: number): Promise<readonly Invocation[]> {
    const sql = `SELECT ${invocationColumns} FROM invocations i
      WHERE i.account = $1 AND i.region = $2 AND i.due_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM nodes n WHERE n.account = i.account AND n.region = i.region AND n.node_id = i.node_id
      ) LIMIT $3`
    return (await this.#read(sql, [limit])).map(invocationOf)
  }

  async cancelling(nodeId: string, limit: number): Promise<readonly Invocation[]> {
    const sql = `SELECT ${invocationColumns} FROM invocations i
      WHERE i.account = $1 AND i.region = $2 AND i.node_id = $3 AND i.status = 'Cancelling'
      ORDER BY i.command_id LIMIT $4`
    return (await this.#read(sql, [nodeId, limit])).map(invocationOf)
  }

  async nodesWithWork({ limit, after = '' }: PageRequest): Promise<Page<string>> {
    const sql = `SELECT node_id FROM invocations
        WHERE account = $1 AND region = $2 AND node_id > $3 AND delivered_at IS NULL AND ended_at IS NULL
      UNION SELECT node_id FROM invocations
        WHERE account = $1 AND region = $2 AND node_id > $3 AND status = 'Cancelling'
      ORDER BY node_id LIMIT $4`
    return nodePage(await this.#read(sql, [after, limit + 1]), limit)
  }

  async failing({ limit, after = '' }: PageRequest): Promise<Page<string>> {
    const sql = `SELECT command_id FROM command_counts
      WHERE account = $1 AND region = $2 AND command_id > $3 AND completed < target
        AND failed + execution_timed_out > 0
      ORDER BY command_id LIMIT $4`
    const ids = (await this.#read(sql, [after, limit + 1])).map((row) => text(row, 'command_id'))
    return pageOf(ids, limit, (id) => id)
  }

  async unfinishedNodes(
    commandId: string,
    { limit, after = '', delivered }: PageRequest & { readonly delivered: boolean },
  ): Promise<Page<string>> {
    const sql = `SELECT node_id FROM invocations
      WHERE account = $1 AND region = $2 AND command_id = $3 AND node_id > $4 AND ended_at IS NULL
        AND delivered_at IS ${delivered ? 'NOT NULL' : 'NULL'}
      ORDER BY node_id LIMIT $5`
    return nodePage(await this.#read(sql, [commandId, after, limit + 1]), limit)
  }

  async overdue(now: Date, limit: number): Promise<readonly Invocation[]> {
    const sql = `SELECT ${invocationColumns} FROM invocations i
      WHERE i.account = $1 AND i.region = $2 AND i.due_at IS NOT NULL AND i.due_at <= $3
      ORDER BY i.due_at LIMIT $4`
    return (await this.#read(sql, [now.getTime(), limit])).map(invocationOf)
  }

  dropEnded(before: Date): Promise<boolean> {
    return dropCommands(this.#database, this.#scope, before)
  }

  /**
   * Command by command. One query for all would sort a command's invocations for each page of them, which
   * makes pages slow just when a command has many.
   */
  async #rowsOfAll(filter: CommandFilter, place: Place | undefined, limit: number): Promise<readonly InvocationRow[]> {
    const rows: InvocationRow[] = []
    if (place) {
      const rest = { ...filter, commandId: place.commandId }
      rows.push(...(await this.#rows(invocationsOfCommand(this.#scope, rest, place.nodeId, limit))))
    }
    let after = place
    while (rows.length < limit) {
      const { sql, params } = commandListing(this.#scope, filter, after, limit)
      const commands = (await this.#database.read(sql, params)).map(commandOf)
      for (const { commandId, requestedAt } of commands) {
        if (rows.length >= limit) break
        after = { requestedAt: requestedAt.getTime(), commandId, nodeId: '' }
        const missing = limit - rows.length
        rows.push(...(await this.#rows(invocationsOfCommand(this.#scope, { commandId }, '', missing))))
      }
      if (commands.length < limit) break
    }
    return rows
  }

  async #rows({ sql, params }: Query): Promise<readonly InvocationRow[]> {
    const rows = await this.#database.read(sql, params)
    const found: InvocationRow[] = []
    for (const row of rows) {
      // Those of one command follow each other, and it is read once.
      const last = found.at(-1)?.command
      const command = last && last.commandId === row['command_id'] ? last : commandOf(row)
      found.push({ command, invocation: invocationOf(row) })
    }
    return found
  }

  #read(sql: string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#database.read(sql, [...this.#scope, ...params])
  }

  #tell(previous: Invocation, next: Invocation): void {
    const { commandId, nodeId, details } = next
    if (previous.details === details) return
    // Reports that came together are saved together; that it had begun is told nevertheless.
    if (!previous.deliveredAt && next.deliveredAt && details !== 'InProgress') {
      this.#announce({ kind: 'invocation', nodeId, commandId, details: 'InProgress', at: next.deliveredAt })
    }
    // The end's own time; other moves are told at the time that they say of themselves.
    const at = next.endedAt ?? next.deliveredAt ?? next.requestedAt
    this.#announce({ kind: 'invocation', nodeId, commandId, details, at })
    if (details === 'Cancelling') this.#announce({ kind: 'cancel', nodeId, commandId })
  }
}

/** How many nodes one read asks for; a shorter list is filled up, so that there is one text. */
const readingBlock = 64

const undeliveredOfBlock = `SELECT ${invocationColumns} FROM invocations i
  WHERE i.account = $1 AND i.region = $2 AND i.delivered_at IS NULL AND i.ended_at IS NULL AND i.deliver_by > $3
    AND i.node_id IN (${Array.from({ length: readingBlock }, (_, index) => `$${index + 5}`).join(', ')}) LIMIT $4`

/** Listings read one more than they show: that one proves that there is a next page. */
function pageOf<Item>(items: readonly Item[], limit: number, key: (item: Item) => string): Page<Item> {
  if (items.length <= limit) return { items }
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  return last === undefined ? { items: shown } : { items: shown, next: key(last) }
}

function nodePage(rows: readonly Row[], limit: number): Page<string> {
  return pageOf(
    rows.map((row) => text(row, 'node_id')),
    limit,
    (nodeId) => nodeId,
  )
}
