import type { Scope } from '../../domain/scope.ts'
import type { TaggedResource, Tags } from '../../domain/tag.ts'
import { ConflictError, type Database, type Statement } from '../database.ts'
import { text } from '../row.ts'
import type { TagStore } from '../tag-store.ts'
import { selectTags, selectTagsOfBlock, taggedBlock, tagStatement, tagsFrom } from './tag-rows.ts'

const whereResource = 'WHERE account = $1 AND region = $2 AND resource_type = $3 AND resource_id = $4'

/** Where a resource of a type is, up to its id. */
const owners: Readonly<Record<TaggedResource['type'], string>> = {
  Document: 'documents WHERE account = $1 AND region = $2 AND name',
  Key: 'kms_keys WHERE account = $1 AND region = $2 AND key_id',
  ManagedInstance: 'nodes WHERE account = $1 AND region = $2 AND node_id',
  Parameter: 'parameters WHERE account = $1 AND region = $2 AND place',
  ResourceGroup: 'resource_groups WHERE account = $1 AND region = $2 AND name',
}

/** The tags of one account in one region, in a database. */
export class SqlTagStore implements TagStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]

  constructor({ database, scope }: { database: Database; scope: Scope }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
  }

  async tagsOf({ type, id }: TaggedResource): Promise<Tags> {
    return tagsFrom(await this.#database.read(selectTags, [...this.#scope, type, id]))
  }

  async tagsOfEach(type: TaggedResource['type'], ids: readonly string[]): Promise<ReadonlyMap<string, Tags>> {
    const found = new Map<string, Tags>()
    for (let from = 0; from < ids.length; from += taggedBlock) {
      const block = Array.from({ length: taggedBlock }, (_, index) => ids[from + index] ?? ids[from] ?? '')
      const rows = await this.#database.read(selectTagsOfBlock, [...this.#scope, type, ...block])
      const byResource = Map.groupBy(rows, (row) => text(row, 'resource_id'))
      for (const [id, its] of byResource) found.set(id, tagsFrom(its))
    }
    return found
  }

  async addTags(resource: TaggedResource, tags: Tags, limit: number): Promise<'added' | 'too-many' | 'gone'> {
    const { type, id } = resource
    const entries = Object.entries(tags)
    const [first] = entries
    if (first === undefined) return 'added'
    const exists = `EXISTS (SELECT 1 FROM ${owners[type]} = $4)`
    try {
      await this.#write([
        ...entries.map((tag) => tagStatement(resource, tag)),
        // Changes nothing; it is there to undo the others when there are too many now, or nothing that has them.
        {
          sql: `UPDATE tags SET tag_value = $6 ${whereResource} AND tag_key = $5 AND ${exists}
            AND (SELECT COUNT(*) FROM tags ${whereResource}) <= $7`,
          params: [type, id, ...first, limit],
          expect: 1,
        },
      ])
    } catch (error) {
      if (!(error instanceof ConflictError) || error.statement !== entries.length) throw error
      const found = await this.#database.read(`SELECT 1 FROM ${owners[type]} = $3`, [...this.#scope, id])
      return found.length > 0 ? 'too-many' : 'gone'
    }
    return 'added'
  }

  async removeTags({ type, id }: TaggedResource, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    const places = keys.map((_, index) => `$${index + 5}`).join(', ')
    await this.#write([
      { sql: `DELETE FROM tags ${whereResource} AND tag_key IN (${places})`, params: [type, id, ...keys] },
    ])
  }

  #write(statements: readonly Statement[]) {
    return this.#database.write(
      statements.map((statement) => ({ ...statement, params: [...this.#scope, ...statement.params] })),
    )
  }
}
