import type { Session } from './session.ts'

/**
 * What is known of the recording of one session. It outlives the session's own row, so it carries whatever decides who may
 * watch.
 */
export interface Recording {
  readonly sessionId: string
  readonly nodeId: string
  readonly ownerArn: string
  readonly ownerUserId: string
  readonly ownerName: string
  readonly documentName: string
  readonly sessionType: Session['sessionType']
  readonly tags: Session['tags']
  readonly startedAt: Date
  /** Absent while the session goes on. */
  readonly endedAt?: Date | undefined
  /** Why there is nothing to watch; absent when there is. */
  readonly refusal?: RecordingRefusal | undefined
  /** The name of its file. */
  readonly file: string
  /** The key of its file, sealed by the vault. */
  readonly sealedKey: Uint8Array
  readonly hasInput: boolean
  /** Bytes of the session that were recorded, and that should have been; of the end, so 0 while the session goes on. */
  readonly bytes: number
  readonly lostBytes: number
  /** It has reached its longest length, and the session went on. */
  readonly isCut: boolean
}

/** Only the two ends of such a session can read it. */
export type RecordingRefusal = 'KmsEncrypted'

/** What changes when a recording ends. */
export type RecordingEnd = Pick<Recording, 'endedAt' | 'bytes' | 'lostBytes' | 'isCut' | 'refusal'>

/** Sessions that a person follows: ports and SSH are streams of other programs. */
export function isRecordable({ sessionType }: Pick<Session, 'sessionType'>): boolean {
  return sessionType !== 'Port'
}

/** What the vault binds the key of a recording to. */
export function recordingKeyPlace(sessionId: string): string {
  return `recording/${sessionId}`
}
