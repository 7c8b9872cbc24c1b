import type { Announce } from '../../domain/hint.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Scope } from '../../domain/scope.ts'
import type { Session } from '../../domain/session.ts'
import { ConflictError, type Database } from '../database.ts'
import type { SessionFilter, SessionRange, SessionStore } from '../session-store.ts'
import { parsePlace, placeText, sessionListing } from './listing.ts'
import { insertSession, sessionColumns, sessionOf, sessionParams } from './session-rows.ts'

/** The next write of somebody else waits for it. */
const droppedAtOnce = 500

/** The sessions of one account in one region, in a database. */
export class SqlSessionStore implements SessionStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]
  readonly #announce: Announce

  constructor({ database, scope, announce }: { database: Database; scope: Scope; announce: Announce }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
    this.#announce = announce
  }

  async addSession(session: Session): Promise<void> {
    await this.#database.write([{ sql: insertSession, params: [...this.#scope, ...sessionParams(session)] }])
    const { sessionId, nodeId } = session
    this.#announce({ kind: 'session-started', sessionId, nodeId })
  }

  async findSession(sessionId: string): Promise<Session | undefined> {
    const sql = `SELECT ${sessionColumns} FROM sessions WHERE account = $1 AND region = $2 AND session_id = $3`
    const [row] = await this.#database.read(sql, [...this.#scope, sessionId])
    return row && sessionOf(row)
  }

  async listSessions(
    range: SessionRange,
    filter: SessionFilter,
    { limit, after }: PageRequest,
  ): Promise<Page<Session>> {
    const place = after === undefined ? undefined : parsePlace(after)
    const { sql, params } = sessionListing(this.#scope, range, filter, place, limit + 1)
    const sessions = (await this.#database.read(sql, params)).map(sessionOf)
    return pageOf(sessions, limit, ({ startedAt, sessionId }) =>
      placeText({ startedAt: startedAt.getTime(), sessionId }),
    )
  }

  async saveSession(previous: Session, next: Session): Promise<boolean> {
    const sql = `UPDATE sessions SET state = $5, details = $6, ended_at = $7, version = $8
      WHERE account = $1 AND region = $2 AND session_id = $3 AND version = $4`
    const { sessionId, nodeId, state, details, endedAt, version } = next
    const set = [state, details ?? null, endedAt?.getTime() ?? null, version]
    try {
      const params = [...this.#scope, previous.sessionId, previous.version, ...set]
      await this.#database.write([{ sql, params, expect: 1 }])
    } catch (error) {
      if (error instanceof ConflictError) return false
      throw error
    }
    if (state === 'Terminating' && previous.state !== state) {
      this.#announce({ kind: 'session-ending', sessionId, nodeId, reason: details ?? '' })
    }
    return true
  }

  async activeSessions({ limit, after = '' }: PageRequest): Promise<Page<Session>> {
    const sql = `SELECT ${sessionColumns} FROM sessions
      WHERE account = $1 AND region = $2 AND session_id > $3 AND ended_at IS NULL
      ORDER BY session_id LIMIT $4`
    const sessions = (await this.#database.read(sql, [...this.#scope, after, limit + 1])).map(sessionOf)
    return pageOf(sessions, limit, ({ sessionId }) => sessionId)
  }

  async dropEnded(before: Date): Promise<boolean> {
    // By the time of the start as well, since that is what there is an index of; it is the earlier of the two.
    const sql = `DELETE FROM sessions WHERE account = $1 AND region = $2 AND session_id IN
      (SELECT session_id FROM sessions
       WHERE account = $1 AND region = $2 AND started_at < $3 AND ended_at IS NOT NULL AND ended_at < $3
       ORDER BY started_at, session_id LIMIT ${droppedAtOnce})`
    const [result] = await this.#database.write([{ sql, params: [...this.#scope, before.getTime()] }])
    return result?.changes === droppedAtOnce
  }
}

/** Listings read one more than they show: that one proves that there is a next page. */
function pageOf(sessions: readonly Session[], limit: number, key: (session: Session) => string): Page<Session> {
  if (sessions.length <= limit) return { items: sessions }
  const items = sessions.slice(0, limit)
  const last = items.at(-1)
  return last === undefined ? { items } : { items, next: key(last) }
}
