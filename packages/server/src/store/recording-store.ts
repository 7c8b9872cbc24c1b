import type { Page, PageRequest } from '../domain/page.ts'
import type { Recording, RecordingEnd } from '../domain/recording.ts'

export interface RecordingFilter {
  readonly nodeId?: string | undefined
  readonly ownerName?: string | undefined
}

export interface RecordingStore {
  /** False, and nothing is changed, when the session has one. */
  addRecording(recording: Recording): Promise<boolean>
  findRecording(sessionId: string): Promise<Recording | undefined>
  /** Newest first. */
  listRecordings(filter: RecordingFilter, page: PageRequest): Promise<Page<Recording>>
  /** Does nothing when it has ended already or is not there. */
  endRecording(sessionId: string, end: RecordingEnd): Promise<void>
  /** Those that have not ended, in the order of their session ids. */
  openRecordings(page: PageRequest): Promise<Page<Recording>>
  /** The oldest of those that began before, at most so many, those that go on left out. */
  oldRecordings(before: Date, limit: number): Promise<readonly Recording[]>
  removeRecording(sessionId: string): Promise<void>
}
