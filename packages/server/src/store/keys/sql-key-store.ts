import type { Key } from '../../domain/kms-key.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Tags } from '../../domain/tag.ts'
import { ConflictError, type Database } from '../database.ts'
import type { AliasStore, KeyStore } from '../key-store.ts'
import { tagStatement } from '../nodes/tag-rows.ts'
import { pageOf } from '../page.ts'
import { text } from '../row.ts'
import type { Vault } from '../vault.ts'
import { keyOf } from './key-rows.ts'
import { SqlAliasStore } from './sql-alias-store.ts'

export interface KeyStoreParts {
  readonly database: Database
  readonly scope: Scope
  readonly vault: Vault
}

const here = 'account = $1 AND region = $2'

/** The keys of one account in one region, in a database. Their material is sealed. */
export class SqlKeyStore implements KeyStore {
  readonly aliases: AliasStore
  readonly #database: Database
  readonly #scope: readonly [string, string]
  readonly #vault: Vault

  constructor({ database, scope, vault }: KeyStoreParts) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
    this.#vault = vault
    this.aliases = new SqlAliasStore(database, scope)
  }

  async addKey(key: Key, material: Uint8Array, tags: Tags, limit: number): Promise<'added' | 'too-many'> {
    const { keyId, description, state, policy, createdAt } = key
    const { version, id } = key.material
    const sealed = Buffer.from(this.#vault.seal(material, association(keyId, version))).toString('base64')
    const madeAt = createdAt.getTime()
    const insert = {
      sql: `INSERT INTO kms_keys (account, region, key_id, description, state, policy, created_at, deletion_at,
          material_version, material_id, version)
        SELECT $1, $2, $3, $4, $5, $6, CAST($7 AS BIGINT), NULL, CAST($8 AS INTEGER), $9, CAST($10 AS INTEGER)
        WHERE (SELECT COUNT(*) FROM kms_keys WHERE ${here}) < $11`,
      params: [...this.#scope, keyId, description, state, policy, madeAt, version, id, key.version, limit],
      expect: 1,
    }
    const insertMaterial = {
      sql: `INSERT INTO kms_materials (account, region, key_id, material_version, material_id, sealed_material, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      params: [...this.#scope, keyId, version, id, sealed, madeAt],
    }
    const insertTags = Object.entries(tags).map((tag) => {
      const { sql, params } = tagStatement({ type: 'Key', id: keyId }, tag)
      return { sql, params: [...this.#scope, ...params] }
    })
    try {
      await this.#database.write([insert, insertMaterial, ...insertTags])
    } catch (error) {
      if (error instanceof ConflictError && error.statement === 0) return 'too-many'
      throw error
    }
    return 'added'
  }

  async findKey(keyId: string): Promise<Key | undefined> {
    const [row] = await this.#database.read(`SELECT * FROM kms_keys WHERE ${here} AND key_id = $3`, [
      ...this.#scope,
      keyId,
    ])
    return row && keyOf(row)
  }

  async listKeys({ limit, after = '' }: PageRequest): Promise<Page<Key>> {
    const sql = `SELECT * FROM kms_keys WHERE ${here} AND key_id > $3 ORDER BY key_id LIMIT $4`
    return pageOf(await this.#database.read(sql, [...this.#scope, after, limit + 1]), limit, keyOf, 'key_id')
  }

  async saveKey(previous: Key, next: Key): Promise<boolean> {
    const { description, state, policy, deletionAt } = next
    const sql = `UPDATE kms_keys SET description = $5, state = $6, policy = $7, deletion_at = $8, version = version + 1
      WHERE ${here} AND key_id = $3 AND version = $4`
    const set = [description, state, policy, deletionAt?.getTime() ?? null]
    try {
      await this.#database.write([
        { sql, params: [...this.#scope, previous.keyId, previous.version, ...set], expect: 1 },
      ])
    } catch (error) {
      if (error instanceof ConflictError) return false
      throw error
    }
    return true
  }

  async findMaterial(keyId: string, version: number): Promise<Uint8Array | undefined> {
    const sql = `SELECT sealed_material FROM kms_materials WHERE ${here} AND key_id = $3 AND material_version = $4`
    const [row] = await this.#database.read(sql, [...this.#scope, keyId, version])
    return row && this.#vault.open(Buffer.from(text(row, 'sealed_material'), 'base64'), association(keyId, version))
  }

  async deleteDueKeys(now: Date, limit: number): Promise<readonly string[]> {
    const sql = `SELECT key_id FROM kms_keys WHERE ${here} AND deletion_at <= $3 ORDER BY deletion_at, key_id LIMIT $4`
    const rows = await this.#database.read(sql, [...this.#scope, now.getTime(), limit])
    const due = rows.map((row) => text(row, 'key_id'))
    const deleted: string[] = []
    for (const keyId of due) if (await this.#deleteDueKey(keyId, now)) deleted.push(keyId)
    return deleted
  }

  /** All that belongs to a key, if it is still due: its deletion may have been cancelled a moment ago. */
  async #deleteDueKey(keyId: string, now: Date): Promise<boolean> {
    const ofKey = `${here} AND key_id = $3`
    const params = [...this.#scope, keyId]
    try {
      await this.#database.write([
        {
          sql: `DELETE FROM kms_keys WHERE ${ofKey} AND deletion_at <= $4`,
          params: [...params, now.getTime()],
          expect: 1,
        },
        { sql: `DELETE FROM kms_materials WHERE ${ofKey}`, params },
        { sql: `DELETE FROM kms_aliases WHERE ${ofKey}`, params },
        { sql: `DELETE FROM tags WHERE ${here} AND resource_type = 'Key' AND resource_id = $3`, params },
      ])
    } catch (error) {
      if (error instanceof ConflictError) return false
      throw error
    }
    return true
  }
}

function association(keyId: string, version: number): string {
  return `kms-material/${keyId}/${version}`
}
