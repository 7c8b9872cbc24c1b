import type { Recording, RecordingRefusal } from '../../domain/recording.ts'
import type { Row, SqlValue } from '../database.ts'
import { date, dateOrNothing, number, tags, tagsText, text, textOrNothing } from '../row.ts'

const columns = [
  'session_id',
  'node_id',
  'owner_arn',
  'owner_user_id',
  'owner_name',
  'document_name',
  'session_type',
  'tags',
  'started_at',
  'ended_at',
  'refusal',
  'file',
  'sealed_key',
  'has_input',
  'bytes',
  'lost_bytes',
  'is_cut',
] as const

/** Everything that makes a Recording. */
export const recordingColumns = columns.join(', ')

/** Takes account, region and `recordingParams`. */
export const insertRecording = `INSERT INTO recordings (account, region, ${recordingColumns})
  VALUES ($1, $2, ${columns.map((_, index) => `$${index + 3}`).join(', ')})
  ON CONFLICT (account, region, session_id) DO NOTHING`

export function recordingParams(recording: Recording): readonly SqlValue[] {
  return [
    recording.sessionId,
    recording.nodeId,
    recording.ownerArn,
    recording.ownerUserId,
    recording.ownerName,
    recording.documentName,
    recording.sessionType,
    tagsText(recording.tags),
    recording.startedAt.getTime(),
    recording.endedAt?.getTime() ?? null,
    recording.refusal ?? null,
    recording.file,
    Buffer.from(recording.sealedKey).toString('base64'),
    recording.hasInput ? 1 : 0,
    recording.bytes,
    recording.lostBytes,
    recording.isCut ? 1 : 0,
  ]
}

export function recordingOf(row: Row): Recording {
  return {
    sessionId: text(row, 'session_id'),
    nodeId: text(row, 'node_id'),
    ownerArn: text(row, 'owner_arn'),
    ownerUserId: text(row, 'owner_user_id'),
    ownerName: text(row, 'owner_name'),
    documentName: text(row, 'document_name'),
    // Written by nobody but `recordingParams`.
    sessionType: text(row, 'session_type') as Recording['sessionType'],
    tags: tags(row),
    startedAt: date(row, 'started_at'),
    endedAt: dateOrNothing(row, 'ended_at'),
    refusal: textOrNothing(row, 'refusal') as RecordingRefusal | undefined,
    file: text(row, 'file'),
    sealedKey: Buffer.from(text(row, 'sealed_key'), 'base64'),
    hasInput: number(row, 'has_input') === 1,
    bytes: number(row, 'bytes'),
    lostBytes: number(row, 'lost_bytes'),
    isCut: number(row, 'is_cut') === 1,
  }
}
