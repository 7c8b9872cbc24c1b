import type { Alias } from '../../domain/kms-alias.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Database, SqlValue } from '../database.ts'
import type { AliasStore } from '../key-store.ts'
import { pageOf } from '../page.ts'
import { aliasOf } from './key-rows.ts'

const here = 'account = $1 AND region = $2'
/** $4 is the key's id. */
const isAlive = `EXISTS (SELECT 1 FROM kms_keys WHERE ${here} AND key_id = $4 AND state <> 'PendingDeletion')`
const countOfKey = `(SELECT COUNT(*) FROM kms_aliases WHERE ${here} AND key_id = $4)`

/** The aliases of the keys of one account in one region, in a database. */
export class SqlAliasStore implements AliasStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]

  constructor(database: Database, scope: Scope) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
  }

  async addAlias(alias: Alias, limit: number): Promise<'added' | 'exists' | 'no-key' | 'too-many'> {
    const { aliasName, keyId, createdAt, updatedAt } = alias
    const added = await this.#change(
      `INSERT INTO kms_aliases (account, region, alias_name, key_id, created_at, updated_at)
       SELECT $1, $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT) WHERE ${isAlive} AND ${countOfKey} < $7
       ON CONFLICT (account, region, alias_name) DO NOTHING`,
      [aliasName, keyId, createdAt.getTime(), updatedAt.getTime(), limit],
    )
    if (added === 1) return 'added'
    if (await this.findAlias(aliasName)) return 'exists'
    return await this.#whyNot(keyId)
  }

  async findAlias(aliasName: string): Promise<Alias | undefined> {
    const [row] = await this.#database.read(`SELECT * FROM kms_aliases WHERE ${here} AND alias_name = $3`, [
      ...this.#scope,
      aliasName,
    ])
    return row && aliasOf(row)
  }

  async saveAlias(previous: Alias, next: Alias, limit: number): Promise<'saved' | 'changed' | 'no-key' | 'too-many'> {
    const saved = await this.#change(
      `UPDATE kms_aliases SET key_id = $4, updated_at = $5
       WHERE ${here} AND alias_name = $3 AND key_id = $6 AND ${isAlive} AND (key_id = $4 OR ${countOfKey} < $7)`,
      [previous.aliasName, next.keyId, next.updatedAt.getTime(), previous.keyId, limit],
    )
    if (saved === 1) return 'saved'
    const now = await this.findAlias(previous.aliasName)
    return now?.keyId === previous.keyId ? await this.#whyNot(next.keyId) : 'changed'
  }

  async removeAlias({ aliasName, keyId }: Alias): Promise<boolean> {
    const sql = `DELETE FROM kms_aliases WHERE ${here} AND alias_name = $3 AND key_id = $4`
    return (await this.#change(sql, [aliasName, keyId])) === 1
  }

  async listAliases(keyId: string | undefined, { limit, after = '' }: PageRequest): Promise<Page<Alias>> {
    const ofKey = keyId === undefined ? '' : 'AND key_id = $5'
    const sql = `SELECT * FROM kms_aliases WHERE ${here} AND alias_name > $3 ${ofKey} ORDER BY alias_name LIMIT $4`
    const params = [...this.#scope, after, limit + 1, ...(keyId === undefined ? [] : [keyId])]
    return pageOf(await this.#database.read(sql, params), limit, aliasOf, 'alias_name')
  }

  async #whyNot(keyId: string): Promise<'no-key' | 'too-many'> {
    const sql = `SELECT state FROM kms_keys WHERE ${here} AND key_id = $3 AND state <> 'PendingDeletion'`
    const [row] = await this.#database.read(sql, [...this.#scope, keyId])
    return row ? 'too-many' : 'no-key'
  }

  async #change(sql: string, params: readonly SqlValue[]): Promise<number> {
    const [result] = await this.#database.write([{ sql, params: [...this.#scope, ...params] }])
    return result?.changes ?? 0
  }
}
