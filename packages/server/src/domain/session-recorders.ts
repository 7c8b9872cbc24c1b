import type { Session } from './session.ts'

/** What the relay shows of each numbered frame. */
export interface RecordableFrame {
  readonly sequenceNumber: number
  readonly payloadType: number
  /** Not changed afterwards by anybody. */
  readonly payload: Uint8Array
}

/** Records one session beside the relay: no call waits, throws or slows it down. */
export interface SessionRecorder {
  /** A frame of output or of input, as it comes: sent again and out of order too. */
  saw(side: 'node' | 'client', frame: RecordableFrame): void
  /** The session is over. */
  ended(): void
}

export interface SessionRecorders {
  /** Undefined for a session that is not to be recorded. */
  recorderOf(session: Session): SessionRecorder | undefined
}
