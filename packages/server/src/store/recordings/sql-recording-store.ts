import type { Page, PageRequest } from '../../domain/page.ts'
import type { Recording, RecordingEnd } from '../../domain/recording.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Database, SqlValue } from '../database.ts'
import type { RecordingFilter, RecordingStore } from '../recording-store.ts'
import { parsePlace, placeText } from '../sessions/listing.ts'
import { insertRecording, recordingColumns, recordingOf, recordingParams } from './recording-rows.ts'

const select = `SELECT ${recordingColumns} FROM recordings WHERE account = $1 AND region = $2`

/** The recordings of one account in one region, in a database. */
export class SqlRecordingStore implements RecordingStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]

  constructor({ database, scope }: { database: Database; scope: Scope }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
  }

  async addRecording(recording: Recording): Promise<boolean> {
    const params = [...this.#scope, ...recordingParams(recording)]
    const [result] = await this.#database.write([{ sql: insertRecording, params }])
    return result?.changes === 1
  }

  async findRecording(sessionId: string): Promise<Recording | undefined> {
    const [row] = await this.#database.read(`${select} AND session_id = $3`, [...this.#scope, sessionId])
    return row && recordingOf(row)
  }

  async listRecordings(
    { nodeId, ownerName }: RecordingFilter,
    { limit, after }: PageRequest,
  ): Promise<Page<Recording>> {
    const params: SqlValue[] = [...this.#scope]
    const place = (value: SqlValue) => `$${params.push(value)}`
    const where: string[] = []
    if (nodeId !== undefined) where.push(` AND node_id = ${place(nodeId)}`)
    if (ownerName !== undefined) where.push(` AND owner_name = ${place(ownerName)}`)
    if (after !== undefined) {
      const { startedAt, sessionId } = parsePlace(after)
      where.push(` AND (started_at, session_id) < (${place(startedAt)}, ${place(sessionId)})`)
    }
    const order = ` ORDER BY started_at DESC, session_id DESC LIMIT ${place(limit + 1)}`
    const found = (await this.#database.read(select + where.join('') + order, params)).map(recordingOf)
    return pageOf(found, limit, ({ startedAt, sessionId }) => placeText({ startedAt: startedAt.getTime(), sessionId }))
  }

  async endRecording(sessionId: string, { endedAt, bytes, lostBytes, isCut, refusal }: RecordingEnd): Promise<void> {
    const sql = `UPDATE recordings SET ended_at = $4, bytes = $5, lost_bytes = $6, is_cut = $7, refusal = $8
      WHERE account = $1 AND region = $2 AND session_id = $3 AND ended_at IS NULL`
    const set = [endedAt?.getTime() ?? null, bytes, lostBytes, isCut ? 1 : 0, refusal ?? null]
    await this.#database.write([{ sql, params: [...this.#scope, sessionId, ...set] }])
  }

  async openRecordings({ limit, after = '' }: PageRequest): Promise<Page<Recording>> {
    const sql = `${select} AND session_id > $3 AND ended_at IS NULL ORDER BY session_id LIMIT $4`
    const found = (await this.#database.read(sql, [...this.#scope, after, limit + 1])).map(recordingOf)
    return pageOf(found, limit, ({ sessionId }) => sessionId)
  }

  async oldRecordings(before: Date, limit: number): Promise<readonly Recording[]> {
    const sql = `${select} AND started_at < $3 AND ended_at IS NOT NULL ORDER BY started_at, session_id LIMIT $4`
    return (await this.#database.read(sql, [...this.#scope, before.getTime(), limit])).map(recordingOf)
  }

  async removeRecording(sessionId: string): Promise<void> {
    const sql = 'DELETE FROM recordings WHERE account = $1 AND region = $2 AND session_id = $3'
    await this.#database.write([{ sql, params: [...this.#scope, sessionId] }])
  }
}

/** Listings read one more than they show: that one proves that there is a next page. */
function pageOf(found: readonly Recording[], limit: number, key: (recording: Recording) => string): Page<Recording> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return found.length > limit && last !== undefined ? { items, next: key(last) } : { items }
}
