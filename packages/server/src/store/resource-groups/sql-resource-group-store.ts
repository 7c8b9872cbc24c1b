import type { Page, PageRequest } from '../../domain/page.ts'
import type { ResourceGroup } from '../../domain/resource-group.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Tags } from '../../domain/tag.ts'
import { ConflictError, type Database, type Row, type SqlValue, type Statement } from '../database.ts'
import { tagStatement } from '../nodes/tag-rows.ts'
import { pageOf } from '../page.ts'
import type { GroupChange, ResourceGroupStore } from '../resource-group-store.ts'
import { date, number, text, textOrNothing } from '../row.ts'

const here = 'account = $1 AND region = $2'
const columns = 'name, description, query, created_at, criticality, owner, display_name'

/** The resource groups of one account in one region, in a database. */
export class SqlResourceGroupStore implements ResourceGroupStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]

  constructor({ database, scope }: { database: Database; scope: Scope }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
  }

  async addGroup(group: ResourceGroup, tags: Tags, limit: number): Promise<'added' | 'exists' | 'too-many'> {
    // Inserts nothing when there are too many already.
    const sql = `INSERT INTO resource_groups (account, region, ${columns})
      SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT), CAST($7 AS INTEGER), CAST($8 AS TEXT), CAST($9 AS TEXT)
      WHERE (SELECT COUNT(*) FROM resource_groups WHERE ${here}) < $10`
    const tagStatements = Object.entries(tags).map((tag) =>
      tagStatement({ type: 'ResourceGroup', id: group.name }, tag),
    )
    try {
      await this.#write([{ sql, params: [...groupParams(group), limit], expect: 1 }, ...tagStatements])
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return (await this.findGroup(group.name)) ? 'exists' : 'too-many'
    }
    return 'added'
  }

  async findGroup(name: string): Promise<ResourceGroup | undefined> {
    const sql = `SELECT ${columns} FROM resource_groups WHERE ${here} AND name = $3`
    const [row] = await this.#database.read(sql, [...this.#scope, name])
    return row && groupOf(row)
  }

  async listGroups({ limit, after = '' }: PageRequest): Promise<Page<ResourceGroup>> {
    const sql = `SELECT ${columns} FROM resource_groups WHERE ${here} AND name > $3 ORDER BY name LIMIT $4`
    return pageOf(await this.#database.read(sql, [...this.#scope, after, limit + 1]), limit, groupOf, 'name')
  }

  async changeGroup(name: string, change: GroupChange): Promise<ResourceGroup | undefined> {
    const { description = null, query = null, criticality = null, owner = null, displayName = null } = change
    const sql = `UPDATE resource_groups SET description = COALESCE(CAST($4 AS TEXT), description),
      query = COALESCE(CAST($5 AS TEXT), query), criticality = COALESCE(CAST($6 AS INTEGER), criticality),
      owner = COALESCE(CAST($7 AS TEXT), owner), display_name = COALESCE(CAST($8 AS TEXT), display_name)
      WHERE ${here} AND name = $3 RETURNING ${columns}`
    const [result] = await this.#write([{ sql, params: [name, description, query, criticality, owner, displayName] }])
    const [row] = result?.rows ?? []
    return row && groupOf(row)
  }

  async deleteGroup(name: string): Promise<void> {
    await this.#write([
      { sql: `DELETE FROM resource_groups WHERE ${here} AND name = $3`, params: [name] },
      {
        sql: `DELETE FROM tags WHERE ${here} AND resource_type = 'ResourceGroup' AND resource_id = $3`,
        params: [name],
      },
    ])
  }

  #write(statements: readonly Statement[]) {
    return this.#database.write(
      statements.map((statement) => ({ ...statement, params: [...this.#scope, ...statement.params] })),
    )
  }
}

function groupParams({ name, description, query, createdAt, ...more }: ResourceGroup): readonly SqlValue[] {
  const { criticality = null, owner = null, displayName = null } = more
  return [name, description, query, createdAt.getTime(), criticality, owner, displayName]
}

function groupOf(row: Row): ResourceGroup {
  return {
    name: text(row, 'name'),
    description: text(row, 'description'),
    query: text(row, 'query'),
    createdAt: date(row, 'created_at'),
    criticality: row['criticality'] === null ? undefined : number(row, 'criticality'),
    owner: textOrNothing(row, 'owner'),
    displayName: textOrNothing(row, 'display_name'),
  }
}
