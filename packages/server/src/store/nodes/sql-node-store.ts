import type { Activation } from '../../domain/activation.ts'
import type { Announce } from '../../domain/hint.ts'
import type { AgentReport, ManagedNode, NodeListing, PingStatus } from '../../domain/managed-node.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Scope } from '../../domain/scope.ts'
import { ConflictError, type Database, type Statement } from '../database.ts'
import type { ActivationCondition, NodeAttribute, NodeCondition, NodeCount, NodeStore } from '../node-store.ts'
import { pageOf } from '../page.ts'
import { number, text } from '../row.ts'
import { activationColumns, activationOf, activationParams, insertActivation } from './activation-rows.ts'
import { activationListing, type NotHeardSince, nodeCounts, nodeListing } from './listing.ts'
import { insertNode, listingOf, nodeColumns, nodeOf, nodeParams, reportParams, updateReport } from './node-rows.ts'
import { selectTags, tagStatement, tagsFrom } from './tag-rows.ts'

const whereNode = 'WHERE account = $1 AND region = $2 AND node_id = $3'
const whereActivation = 'WHERE account = $1 AND region = $2 AND activation_id = $3'

/** The managed nodes and activations of one account in one region, in a database. */
export class SqlNodeStore implements NodeStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]
  readonly #announce: Announce

  constructor({ database, scope, announce }: { database: Database; scope: Scope; announce: Announce }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
    this.#announce = announce
  }

  async addActivation(activation: Activation): Promise<void> {
    await this.#write([{ sql: insertActivation, params: activationParams(activation) }])
  }

  async findActivation(activationId: string): Promise<Activation | undefined> {
    const sql = `SELECT ${activationColumns} FROM activations ${whereActivation}`
    const [row] = await this.#database.read(sql, [...this.#scope, activationId])
    return row && activationOf(row)
  }

  async listActivations(
    conditions: readonly ActivationCondition[],
    { limit, after }: PageRequest,
  ): Promise<Page<Activation>> {
    const { sql, params } = activationListing(this.#scope, conditions, after, limit + 1)
    return pageOf(await this.#database.read(sql, params), limit, activationOf, 'activation_id')
  }

  async removeActivation(activationId: string): Promise<boolean> {
    const [removed] = await this.#write([{ sql: `DELETE FROM activations ${whereActivation}`, params: [activationId] }])
    return removed?.changes === 1
  }

  async registerNode(node: ManagedNode, mostNodes?: number): Promise<'registered' | 'used-up' | 'full'> {
    const takeOne = `UPDATE activations SET registrations_count = registrations_count + 1
      ${whereActivation} AND registrations_count < registration_limit`
    const { nodeId, activationId, registeredAt, tags } = node
    try {
      await this.#write([
        { sql: takeOne, params: [activationId], expect: 1 },
        ...(mostNodes === undefined ? [] : [roomFor(activationId, mostNodes)]),
        { sql: insertNode, params: nodeParams(node) },
        ...Object.entries(tags).map((tag) => tagStatement({ type: 'ManagedInstance', id: nodeId }, tag)),
      ])
    } catch (error) {
      if (error instanceof ConflictError && error.statement === 0) return 'used-up'
      if (error instanceof ConflictError && mostNodes !== undefined && error.statement === 1) return 'full'
      throw error
    }
    this.#announce({ kind: 'registered', nodeId, at: registeredAt })
    return 'registered'
  }

  async findNode(nodeId: string): Promise<ManagedNode | undefined> {
    const [row] = await this.#database.read(`SELECT ${nodeColumns} FROM nodes ${whereNode}`, [...this.#scope, nodeId])
    if (row === undefined) return undefined
    return nodeOf(row, tagsFrom(await this.#database.read(selectTags, [...this.#scope, 'ManagedInstance', nodeId])))
  }

  async isRegistered(nodeId: string): Promise<boolean> {
    const rows = await this.#database.read(`SELECT 1 AS one FROM nodes ${whereNode}`, [...this.#scope, nodeId])
    return rows.length > 0
  }

  listNodes(conditions: readonly NodeCondition[], page: PageRequest): Promise<Page<NodeListing>> {
    return this.#page(conditions, page)
  }

  async countNodes(
    conditions: readonly NodeCondition[],
    attributes: readonly NodeAttribute[],
    page: { readonly limit: number; readonly offset: number },
  ): Promise<readonly NodeCount[]> {
    const { sql, params } = nodeCounts(this.#scope, conditions, attributes, page)
    const rows = await this.#database.read(sql, params)
    return rows.map((row) => ({
      values: attributes.map((_, index) => text(row, `group${index + 1}`)),
      count: number(row, 'nodes'),
    }))
  }

  async replaceRole(nodeId: string, roleName: string): Promise<boolean> {
    const [replaced] = await this.#write([
      { sql: `UPDATE nodes SET role_name = $4 ${whereNode}`, params: [nodeId, roleName] },
    ])
    return replaced?.changes === 1
  }

  async replaceKey(nodeId: string, publicKey: string, previousKeyUntil: Date): Promise<void> {
    const sql = `UPDATE nodes SET previous_public_key = public_key, previous_key_until = $5, public_key = $4
      ${whereNode} AND public_key <> $4`
    await this.#write([{ sql, params: [nodeId, publicKey, previousKeyUntil.getTime()] }])
  }

  async forgetPreviousKey(nodeId: string, publicKey: string): Promise<void> {
    const sql = `UPDATE nodes SET previous_public_key = NULL, previous_key_until = NULL ${whereNode} AND public_key = $4`
    await this.#write([{ sql, params: [nodeId, publicKey] }])
  }

  async saveReport(nodeId: string, report: AgentReport, at: Date): Promise<boolean> {
    const [woken, saved] = await this.#write([
      { sql: `UPDATE nodes SET ping_status = 'Online' ${whereNode} AND ping_status <> 'Online'`, params: [nodeId] },
      { sql: updateReport, params: [nodeId, at.getTime(), ...reportParams(report)] },
    ])
    if (woken?.changes === 1) this.#announce({ kind: 'presence', nodeId, pingStatus: 'Online', at })
    return saved?.changes === 1
  }

  async savePresence(nodeId: string, pingStatus: PingStatus, lastPingAt: Date, at = lastPingAt): Promise<void> {
    const isNews = '(last_ping_at IS NULL OR last_ping_at <= $4)'
    const ping = lastPingAt.getTime()
    const [changed] = await this.#write([
      {
        sql: `UPDATE nodes SET ping_status = $5 ${whereNode} AND ping_status <> $5 AND ${isNews}`,
        params: [nodeId, ping, pingStatus],
      },
      { sql: `UPDATE nodes SET last_ping_at = $4 ${whereNode} AND ${isNews}`, params: [nodeId, ping] },
    ])
    if (changed?.changes === 1) this.#announce({ kind: 'presence', nodeId, pingStatus, at })
  }

  async staleNodes(before: Date, { limit, after }: PageRequest): Promise<Page<HeardNode>> {
    const page = await this.#page([{ key: 'notHeardSince', before }], { limit, after })
    return { ...page, items: page.items.filter(wasHeard) }
  }

  async removeNode(nodeId: string, at: Date): Promise<boolean> {
    const [removed] = await this.#write([
      { sql: `DELETE FROM nodes ${whereNode}`, params: [nodeId] },
      {
        sql: `DELETE FROM tags WHERE account = $1 AND region = $2
          AND resource_type = 'ManagedInstance' AND resource_id = $3`,
        params: [nodeId],
      },
    ])
    if (removed?.changes !== 1) return false
    this.#announce({ kind: 'deregistered', nodeId, at })
    return true
  }

  async #page(
    conditions: readonly (NodeCondition | NotHeardSince)[],
    { limit, after }: PageRequest,
  ): Promise<Page<NodeListing>> {
    const { sql, params } = nodeListing(this.#scope, conditions, after, limit + 1)
    return pageOf(await this.#database.read(sql, params), limit, listingOf, 'node_id')
  }

  /** Every statement is about this account and region: $1 and $2. */
  #write(statements: readonly Statement[]) {
    return this.#database.write(
      statements.map((statement) => ({ ...statement, params: [...this.#scope, ...statement.params] })),
    )
  }
}

/** Touches the activation, as one more hybrid node may be registered, or nothing. */
function roomFor(activationId: string, mostNodes: number): Statement {
  const sql = `UPDATE activations SET registrations_count = registrations_count ${whereActivation}
    AND (SELECT COUNT(*) FROM nodes WHERE account = $1 AND region = $2 AND node_id LIKE 'mi-%') < $4`
  return { sql, params: [activationId, mostNodes], expect: 1 }
}

type HeardNode = NodeListing & { readonly lastPingAt: Date }

function wasHeard(node: NodeListing): node is HeardNode {
  return node.lastPingAt !== undefined
}
