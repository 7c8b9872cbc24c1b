import type { Key, MaterialRecord } from '../../domain/kms-key.ts'
import type { MaterialRotation } from '../../domain/kms-rotation.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Tags } from '../../domain/tag.ts'
import { ConflictError, type Database, type Statement } from '../database.ts'
import type { AliasStore, KeyMaterial, KeyStore } from '../key-store.ts'
import { tagStatement } from '../nodes/tag-rows.ts'
import { pageOf } from '../page.ts'
import { text } from '../row.ts'
import type { Vault } from '../vault.ts'
import { keyOf, materialOf } from './key-rows.ts'
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
    const madeAt = createdAt.getTime()
    const insert = {
      sql: `INSERT INTO kms_keys (account, region, key_id, description, state, policy, created_at,
          material_version, material_id, version)
        SELECT $1, $2, $3, $4, $5, $6, CAST($7 AS BIGINT), CAST($8 AS INTEGER), $9, CAST($10 AS INTEGER)
        WHERE (SELECT COUNT(*) FROM kms_keys WHERE ${here}) < $11`,
      params: [...this.#scope, keyId, description, state, policy, madeAt, version, id, key.version, limit],
      expect: 1,
    }
    const insertMaterial = {
      sql: `INSERT INTO kms_materials (account, region, key_id, material_version, material_id, sealed_material, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      params: [...this.#scope, keyId, version, id, this.#seal(keyId, version, material), madeAt],
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
    try {
      await this.#database.write([this.#saved(previous, next)])
    } catch (error) {
      if (error instanceof ConflictError) return false
      throw error
    }
    return true
  }

  async rotateKey(
    previous: Key,
    next: Key,
    { material, type, at, limit }: MaterialRotation,
  ): Promise<'rotated' | 'changed' | 'too-many'> {
    const { keyId } = previous
    const { version, id } = next.material
    const insert = {
      sql: `INSERT INTO kms_materials (account, region, key_id, material_version, material_id, sealed_material,
          rotation_type, created_at)
        SELECT $1, $2, $3, CAST($4 AS INTEGER), $5, $6, $7, CAST($8 AS BIGINT)
        WHERE (SELECT COUNT(*) FROM kms_materials WHERE ${here} AND key_id = $3 AND rotation_type = $7) < $9`,
      params: [...this.#scope, keyId, version, id, this.#seal(keyId, version, material), type, at.getTime(), limit],
      expect: 1,
    }
    try {
      await this.#database.write([this.#saved(previous, next), insert])
    } catch (error) {
      if (error instanceof ConflictError) return error.statement === 0 ? 'changed' : 'too-many'
      throw error
    }
    return 'rotated'
  }

  async findMaterial(keyId: string, version: number): Promise<KeyMaterial | undefined> {
    const sql = `SELECT * FROM kms_materials WHERE ${here} AND key_id = $3 AND material_version = $4`
    const [row] = await this.#database.read(sql, [...this.#scope, keyId, version])
    if (row === undefined) return undefined
    const sealed = Buffer.from(text(row, 'sealed_material'), 'base64')
    return { id: text(row, 'material_id'), bytes: this.#vault.open(sealed, kmsMaterialPlace(keyId, version)) }
  }

  async listMaterials(keyId: string, { limit, after = '0' }: PageRequest): Promise<Page<MaterialRecord>> {
    const sql = `SELECT * FROM kms_materials WHERE ${here} AND key_id = $3 AND material_version > $4
      ORDER BY material_version LIMIT $5`
    const rows = await this.#database.read(sql, [...this.#scope, keyId, Number(after), limit + 1])
    const items = rows.slice(0, limit).map(materialOf)
    const last = items.at(-1)
    return rows.length > limit && last !== undefined ? { items, next: String(last.version) } : { items }
  }

  async keysToRotate(now: Date, limit: number): Promise<readonly Key[]> {
    const sql = `SELECT * FROM kms_keys WHERE ${here} AND next_rotation_at <= $3 AND state = 'Enabled'
      ORDER BY next_rotation_at, key_id LIMIT $4`
    return (await this.#database.read(sql, [...this.#scope, now.getTime(), limit])).map(keyOf)
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

  /** Fails unless the key is still as it was read. */
  #saved(previous: Key, next: Key): Statement {
    const { description, state, policy, deletionAt, material, rotation } = next
    const set = [description, state, policy, deletionAt?.getTime() ?? null, material.version, material.id]
    const times = [rotation?.days ?? null, rotation?.nextAt.getTime() ?? null]
    return {
      sql: `UPDATE kms_keys SET description = $5, state = $6, policy = $7, deletion_at = $8, material_version = $9,
          material_id = $10, rotation_days = $11, next_rotation_at = $12, version = version + 1
        WHERE ${here} AND key_id = $3 AND version = $4`,
      params: [...this.#scope, previous.keyId, previous.version, ...set, ...times],
      expect: 1,
    }
  }

  #seal(keyId: string, version: number, material: Uint8Array): string {
    return Buffer.from(this.#vault.seal(material, kmsMaterialPlace(keyId, version))).toString('base64')
  }
}

/** What the vault binds a secret of this table to. */
export function kmsMaterialPlace(keyId: string, version: number): string {
  return `kms-material/${keyId}/${version}`
}
