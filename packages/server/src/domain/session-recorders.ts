import type { Session } from './session.ts'

/** What the relay shows of each numbered frame. */
export interface RecordableFrame {
  readonly sequenceNumber: number
  readonly payloadType: number
  /** Not changed afterwards by anybody. */
  readonly payload: Uint8Array
}

/** Records one session beside the relay: no call waits or throws. */
export interface SessionRecorder {
  /** Called whenever more of what came from the node may be shown than before. */
  onKept: () => void
  /** A frame of output or of input, as it comes: sent again and out of order too. */
  saw(side: 'node' | 'client', frame: RecordableFrame): void
  /** Whether a frame that was seen of the node may go on to who will see it: it is recorded, or will not be. */
  mayBeShown(frame: Pick<RecordableFrame, 'sequenceNumber' | 'payloadType'>): boolean
  /** The session is over. */
  ended(): void
}

export interface SessionRecorders {
  /** Undefined for a session that is not to be recorded. */
  recorderOf(session: Session): SessionRecorder | undefined
}
