import type { Session, SessionState, SessionType } from '../../domain/session.ts'
import type { Row, SqlValue } from '../database.ts'
import { date, number, tags, tagsText, text, textOrNothing } from '../row.ts'

const columns = [
  'session_id',
  'node_id',
  'owner_arn',
  'owner_user_id',
  'owner_name',
  'document_name',
  'document_version',
  'session_type',
  'reason',
  'state',
  'details',
  'started_at',
  'ended_at',
  'max_duration_ms',
  'idle_timeout_ms',
  'log_bucket',
  'log_key_prefix',
  'log_group',
  'tags',
  'version',
  'agent_content',
] as const

/** Everything that makes a Session. */
export const sessionColumns = columns.join(', ')

/** Takes account, region and `sessionParams`. */
export const insertSession = `INSERT INTO sessions (account, region, ${sessionColumns})
  VALUES ($1, $2, ${columns.map((_, index) => `$${index + 3}`).join(', ')})`

export function sessionParams(session: Session): readonly SqlValue[] {
  return [
    session.sessionId,
    session.nodeId,
    session.ownerArn,
    session.ownerUserId,
    session.ownerName,
    session.documentName,
    session.documentVersion,
    session.sessionType,
    session.reason ?? null,
    session.state,
    session.details ?? null,
    session.startedAt.getTime(),
    session.endedAt?.getTime() ?? null,
    session.maxDurationMs ?? null,
    session.idleTimeoutMs,
    session.logTargets?.bucket ?? null,
    session.logTargets?.keyPrefix ?? null,
    session.logTargets?.logGroup ?? null,
    tagsText(session.tags),
    session.version,
    session.agentContent,
  ]
}

export function sessionOf(row: Row): Session {
  return {
    sessionId: text(row, 'session_id'),
    nodeId: text(row, 'node_id'),
    ownerArn: text(row, 'owner_arn'),
    ownerUserId: text(row, 'owner_user_id'),
    ownerName: text(row, 'owner_name'),
    documentName: text(row, 'document_name'),
    documentVersion: text(row, 'document_version'),
    // Written by nobody but `sessionParams`.
    sessionType: text(row, 'session_type') as SessionType,
    reason: textOrNothing(row, 'reason'),
    state: text(row, 'state') as SessionState,
    details: textOrNothing(row, 'details'),
    startedAt: date(row, 'started_at'),
    endedAt: row['ended_at'] === null ? undefined : date(row, 'ended_at'),
    maxDurationMs: row['max_duration_ms'] === null ? undefined : number(row, 'max_duration_ms'),
    idleTimeoutMs: number(row, 'idle_timeout_ms'),
    logTargets: logTargetsOf(row),
    tags: tags(row),
    version: number(row, 'version'),
    agentContent: text(row, 'agent_content'),
  }
}

function logTargetsOf(row: Row): Session['logTargets'] {
  if (row['log_bucket'] === null) return undefined
  return { bucket: text(row, 'log_bucket'), keyPrefix: text(row, 'log_key_prefix'), logGroup: text(row, 'log_group') }
}
