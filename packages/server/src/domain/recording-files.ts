import type { RecordedEvent } from './recorded-event.ts'
import type { Recording } from './recording.ts'

/** Where what was recorded is kept: one file each, of sealed members, each holding some events. */
export interface RecordingFiles {
  /** Goes on behind what is whole in the file, or makes it. */
  append(file: string, key: Uint8Array): Promise<RecordingAppender>
  /** One member after the other, from a place that a reading before has given; nothing when there is no file. */
  read(file: string, key: Uint8Array, from: RecordingPlace): AsyncGenerator<RecordedMember>
  /** Does nothing when there is no file. */
  remove(file: string): Promise<void>
}

/** One process has one of these for a file, and awaits each write before the next call. */
export interface RecordingAppender {
  /** What is in the file already, from before a restart. */
  readonly found: RecordedSoFar
  /**
   * Settles when a reader and a process after ours can see it: a power cut may still take it.
   *
   * @throws {Error} the disk is full or fails; then none of it is there, and the same may be tried again
   */
  write(events: readonly RecordedEvent[]): Promise<void>
  /** From now on not even a power cut takes what was written. Lets go of the file until the next write. */
  sync(): Promise<void>
}

export interface RecordedSoFar {
  /** Bytes of the session, without notes. */
  readonly bytes: number
  readonly lostBytes: number
  readonly lastMs: number
  /** The highest number of each side; -1 for none. */
  readonly lastOfNode: number
  readonly lastOfClient: number
  readonly isCut: boolean
}

/** The beginning of a member: `at` in bytes, `index` in members. */
export interface RecordingPlace {
  readonly at: number
  readonly index: number
}

export const recordingStart: RecordingPlace = { at: 0, index: 0 }

export interface RecordedMember {
  readonly events: readonly RecordedEvent[]
  /** The bytes of this member were altered: it has no events. */
  readonly isDamaged: boolean
  readonly next: RecordingPlace
}

/** For whoever may watch. */
export interface RecordingReader {
  /** Whether sessions that begin now are recorded, if they can be. */
  readonly isRecording: boolean
  /** What was written so far; a recording that goes on may have more later. */
  read(recording: Recording, from: RecordingPlace): AsyncGenerator<RecordedMember>
}
