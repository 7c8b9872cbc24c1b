import type { Scope } from '../../domain/scope.ts'
import type { TaggedResource, Tags } from '../../domain/tag.ts'
import { ConflictError, type Database, type Statement } from '../database.ts'
import type { TagStore } from '../tag-store.ts'
import { selectTags, tagStatement, tagsFrom } from './tag-rows.ts'

const whereResource = 'WHERE account = $1 AND region = $2 AND resource_type = $3 AND resource_id = $4'

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

  async addTags(resource: TaggedResource, tags: Tags, limit: number): Promise<'added' | 'too-many'> {
    const entries = Object.entries(tags)
    const [first] = entries
    if (first === undefined) return 'added'
    try {
      await this.#write([
        ...entries.map((tag) => tagStatement(resource, tag)),
        // Changes nothing; it is there to undo the others when there are too many now.
        {
          sql: `UPDATE tags SET tag_value = $6 ${whereResource} AND tag_key = $5
            AND (SELECT COUNT(*) FROM tags ${whereResource}) <= $7`,
          params: [resource.type, resource.id, ...first, limit],
          expect: 1,
        },
      ])
    } catch (error) {
      if (error instanceof ConflictError && error.statement === entries.length) return 'too-many'
      throw error
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
