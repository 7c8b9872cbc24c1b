import type { SqlValue } from '../database.ts'
import type { SessionFilter, SessionRange } from '../session-store.ts'
import { sessionColumns } from './session-rows.ts'

export interface Query {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

/** Where a listing stopped. It is told to callers as text, and comes back from them: see `parsePlace`. */
export interface Place {
  readonly startedAt: number
  readonly sessionId: string
}

export function placeText({ startedAt, sessionId }: Place): string {
  return `${startedAt}/${sessionId}`
}

/** Text that is no place becomes one beyond the last row: then nothing follows. */
export function parsePlace(text: string): Place {
  const slash = text.indexOf('/')
  const at = Number(text.slice(0, Math.max(slash, 0)) || Number.NaN)
  return { startedAt: Number.isSafeInteger(at) ? at : 0, sessionId: text.slice(slash + 1) }
}

/** Newest first. */
export function sessionListing(
  scope: readonly SqlValue[],
  range: SessionRange,
  filter: SessionFilter,
  after: Place | undefined,
  limit: number,
): Query {
  const params: SqlValue[] = [...scope]
  const place = (value: SqlValue) => `$${params.push(value)}`
  const where = ['account = $1 AND region = $2']
  if (range === 'active') where.push('ended_at IS NULL')
  else where.push(`ended_at >= ${place(range.endedSince.getTime())}`)
  const { sessionId, nodeId, ownerArn, state, startedAfter, startedBefore } = filter
  if (sessionId !== undefined) where.push(`session_id = ${place(sessionId)}`)
  if (nodeId !== undefined) where.push(`node_id = ${place(nodeId)}`)
  if (ownerArn !== undefined) where.push(`owner_arn = ${place(ownerArn)}`)
  if (state !== undefined) where.push(`state = ${place(state)}`)
  if (startedAfter) where.push(`started_at >= ${place(startedAfter.getTime())}`)
  if (startedBefore) where.push(`started_at < ${place(startedBefore.getTime())}`)
  if (after) where.push(`(started_at, session_id) < (${place(after.startedAt)}, ${place(after.sessionId)})`)
  const sql = `SELECT ${sessionColumns} FROM sessions WHERE ${where.join(' AND ')}
    ORDER BY started_at DESC, session_id DESC LIMIT ${place(limit)}`
  return { sql, params }
}
