import type { DocumentReview } from '../../domain/document-review.ts'
import type { DocumentShare } from '../../domain/document-share.ts'
import type { DocumentHead, DocumentVersion } from '../../domain/document-version.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Tags } from '../../domain/tag.ts'
import { ConflictError, type Database, type Row, type SqlValue } from '../database.ts'
import type { DocumentStore, ListedDocument } from '../document-store.ts'
import { tagStatement } from '../nodes/tag-rows.ts'
import { headColumns, headOf, insertVersion, versionColumns, versionOf, versionParams } from './document-rows.ts'
import { reviewOf, reviewParams, saveReview, selectLastReview, selectReviews } from './review-rows.ts'
import {
  deleteShare,
  requireDocument,
  requireFewPublic,
  requireFewShares,
  saveShare,
  selectShares,
  shareOf,
} from './share-rows.ts'

const here = 'account = $1 AND region = $2'

/** The documents of one account in one region, in a database. */
export class SqlDocumentStore implements DocumentStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]

  constructor({ database, scope }: { database: Database; scope: Scope }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
  }

  async addDocument(
    head: DocumentHead,
    version: DocumentVersion,
    tags: Tags,
    limit: number,
  ): Promise<'added' | 'name-taken' | 'too-many'> {
    const { name, type, createdAt, defaultVersion, lastNumber } = head
    // Inserts nothing when there are too many already.
    const sql = `INSERT INTO documents (account, region, name, document_type, created_at, default_version, latest_version)
      SELECT $1, $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS INTEGER), CAST($7 AS INTEGER)
      WHERE (SELECT COUNT(*) FROM documents WHERE ${here}) < $8`
    const params = [...this.#scope, name, type, createdAt.getTime(), defaultVersion, lastNumber, limit]
    const resource = { type: 'Document', id: name } as const
    const tagStatements = Object.entries(tags).map((tag) => tagStatement(resource, tag))
    try {
      await this.#database.write([
        { sql, params, expect: 1 },
        { sql: insertVersion, params: [...this.#scope, ...versionParams(version)] },
        ...tagStatements.map((statement) => ({ ...statement, params: [...this.#scope, ...statement.params] })),
      ])
      return 'added'
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return (await this.findDocument(name)) ? 'name-taken' : 'too-many'
    }
  }

  async findDocument(name: string): Promise<DocumentHead | undefined> {
    const sql = `SELECT ${headColumns} FROM documents d WHERE d.account = $1 AND d.region = $2 AND d.name = $3`
    const [row] = await this.#read(sql, [name])
    return row && headOf(row)
  }

  findVersion(name: string, version: number): Promise<DocumentVersion | undefined> {
    return this.#findVersion('v.version = $4', [name, version])
  }

  findVersionNamed(name: string, versionName: string): Promise<DocumentVersion | undefined> {
    return this.#findVersion('v.version_name = $4', [name, versionName])
  }

  findVersionOfHash(name: string, hash: string): Promise<DocumentVersion | undefined> {
    return this.#findVersion('v.hash = $4', [name, hash])
  }

  async listDocuments({ limit, after = '' }: PageRequest): Promise<Page<ListedDocument>> {
    const sql = `SELECT ${headColumns}, ${versionColumns} FROM documents d JOIN document_versions v
      ON v.account = d.account AND v.region = d.region AND v.name = d.name AND v.version = d.default_version
      WHERE d.account = $1 AND d.region = $2 AND d.name > $3 ORDER BY d.name LIMIT $4`
    const rows = await this.#read(sql, [after, limit + 1])
    const items = rows.slice(0, limit).map((row) => ({ head: headOf(row), version: versionOf(row) }))
    const last = items.at(-1)
    return rows.length <= limit || !last ? { items } : { items, next: last.head.name }
  }

  async addVersion(
    head: DocumentHead,
    version: DocumentVersion,
    limit: number,
  ): Promise<'added' | 'changed-meanwhile' | 'version-name-taken' | 'too-many'> {
    const { name, lastNumber } = head
    const counted = await this.#read(`SELECT COUNT(*) AS versions FROM document_versions WHERE ${here} AND name = $3`, [
      name,
    ])
    if (Number(counted[0]?.['versions'] ?? 0) >= limit) return 'too-many'
    try {
      await this.#database.write([
        {
          sql: `UPDATE documents SET latest_version = $5 WHERE ${here} AND name = $3 AND latest_version = $4`,
          params: [...this.#scope, name, lastNumber, version.version],
          expect: 1,
        },
        { sql: insertVersion, params: [...this.#scope, ...versionParams(version)] },
      ])
      return 'added'
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return error.statement === 0 ? 'changed-meanwhile' : 'version-name-taken'
    }
  }

  async listVersions(name: string, { limit, after }: PageRequest): Promise<Page<DocumentVersion>> {
    const sql = `SELECT ${versionColumns} FROM document_versions v WHERE v.account = $1 AND v.region = $2
      AND v.name = $3 AND v.version < $4 ORDER BY v.version DESC LIMIT $5`
    const rows = await this.#read(sql, [name, numberAfter(after, Number.MAX_SAFE_INTEGER), limit + 1])
    const items = rows.slice(0, limit).map(versionOf)
    const last = items.at(-1)
    return rows.length <= limit || !last ? { items } : { items, next: String(last.version) }
  }

  async setDefaultVersion(name: string, version: number): Promise<boolean> {
    const sql = `UPDATE documents SET default_version = $4 WHERE ${here} AND name = $3
      AND EXISTS (SELECT 1 FROM document_versions WHERE ${here} AND name = $3 AND version = $4)`
    const [result] = await this.#database.write([{ sql, params: [...this.#scope, name, version] }])
    return result?.changes === 1
  }

  async removeVersion(name: string, version: number): Promise<'removed' | 'not-found' | 'is-default'> {
    const sql = `DELETE FROM document_versions WHERE ${here} AND name = $3 AND version = $4
      AND NOT EXISTS (SELECT 1 FROM documents WHERE ${here} AND name = $3 AND default_version = $4)`
    const [result] = await this.#database.write([{ sql, params: [...this.#scope, name, version] }])
    if (result?.changes === 1) return 'removed'
    return (await this.findVersion(name, version)) ? 'is-default' : 'not-found'
  }

  async removeDocument(name: string): Promise<'removed' | 'shared' | 'not-found'> {
    const params = [...this.#scope, name]
    // What goes with it goes only when it does.
    const isGone = `NOT EXISTS (SELECT 1 FROM documents WHERE ${here} AND name = $3)`
    const [result] = await this.#database.write([
      {
        sql: `DELETE FROM documents WHERE ${here} AND name = $3
          AND NOT EXISTS (SELECT 1 FROM document_shares WHERE ${here} AND name = $3)`,
        params,
      },
      { sql: `DELETE FROM document_reviews WHERE ${here} AND name = $3 AND ${isGone}`, params },
      { sql: `DELETE FROM document_versions WHERE ${here} AND name = $3 AND ${isGone}`, params },
      {
        sql: `DELETE FROM tags WHERE ${here} AND resource_type = 'Document' AND resource_id = $3 AND ${isGone}`,
        params,
      },
    ])
    if (result?.changes === 1) return 'removed'
    return (await this.findDocument(name)) ? 'shared' : 'not-found'
  }

  async sharesOf(name: string): Promise<readonly DocumentShare[]> {
    return (await this.#read(selectShares, [name])).map(shareOf)
  }

  async changeShares(
    name: string,
    added: readonly DocumentShare[],
    removed: readonly string[],
    limits: { readonly shares: number; readonly public: number },
  ): Promise<'changed' | 'not-found' | 'too-many' | 'too-many-public'> {
    const params = [...this.#scope, name]
    const isMadePublic = added.some(({ sharedWith }) => sharedWith === 'all')
    const changes = [
      ...removed.map((account) => ({ sql: deleteShare, params: [...params, account] })),
      ...added.map(({ sharedWith, version }) => ({ sql: saveShare, params: [...params, sharedWith, version] })),
    ]
    try {
      await this.#database.write([
        { sql: requireDocument, params, expect: 1 },
        ...changes,
        { sql: requireFewShares, params: [...params, limits.shares], expect: 1 },
        ...(isMadePublic ? [{ sql: requireFewPublic, params: [...params, limits.public], expect: 1 }] : []),
      ])
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      if (error.statement === 0) return 'not-found'
      return error.statement === changes.length + 1 ? 'too-many' : 'too-many-public'
    }
    return 'changed'
  }

  async lastReview(name: string, version: number): Promise<{ number: number; review: DocumentReview } | undefined> {
    const [row] = await this.#read(selectLastReview, [name, version])
    return row && { number: Number(row['number']), review: reviewOf(row) }
  }

  async listReviews(name: string, version: number, { limit, after }: PageRequest): Promise<Page<DocumentReview>> {
    const rows = await this.#read(selectReviews, [name, version, numberAfter(after, 0), limit + 1])
    const items = rows.slice(0, limit)
    const last = items.at(-1)
    return { items: items.map(reviewOf), ...(rows.length > limit && last ? { next: String(last['number']) } : {}) }
  }

  async saveReview(
    name: string,
    version: number,
    { number, last }: { readonly number: number; readonly last: number },
    review: DocumentReview,
  ): Promise<'saved' | 'not-found' | 'changed-meanwhile'> {
    try {
      await this.#database.write([
        {
          sql: saveReview,
          params: [...this.#scope, name, version, number, ...reviewParams(review), last],
          expect: 1,
        },
        {
          sql: `UPDATE document_versions SET review_status = $5 WHERE ${here} AND name = $3 AND version = $4`,
          params: [...this.#scope, name, version, review.status],
        },
      ])
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return (await this.findVersion(name, version)) ? 'changed-meanwhile' : 'not-found'
    }
    return 'saved'
  }

  async #findVersion(condition: string, params: readonly SqlValue[]): Promise<DocumentVersion | undefined> {
    const sql = `SELECT ${versionColumns} FROM document_versions v
      WHERE v.account = $1 AND v.region = $2 AND v.name = $3 AND ${condition} ORDER BY v.version DESC LIMIT 1`
    const [row] = await this.#read(sql, params)
    return row && versionOf(row)
  }

  #read(sql: string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    return this.#database.read(sql, [...this.#scope, ...params])
  }
}

/** Places in listings are numbers in text; a token that was tampered with is no place at all. */
function numberAfter(after: string | undefined, start: number): number {
  const number = after === undefined ? start : Number(after)
  return Number.isSafeInteger(number) ? number : start
}
