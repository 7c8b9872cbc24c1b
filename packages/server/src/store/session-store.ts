import type { Page, PageRequest } from '../domain/page.ts'
import type { Session, SessionState } from '../domain/session.ts'

export interface SessionFilter {
  readonly sessionId?: string | undefined
  readonly nodeId?: string | undefined
  readonly ownerArn?: string | undefined
  readonly state?: SessionState | undefined
  /** Inclusive. */
  readonly startedAfter?: Date | undefined
  /** Exclusive. */
  readonly startedBefore?: Date | undefined
}

/** Which sessions a listing is of: those that go on, or those that have ended since a time. */
export type SessionRange = 'active' | { readonly endedSince: Date }

export interface SessionStore {
  /** Announces `session-started`. */
  addSession(session: Session): Promise<void>
  findSession(sessionId: string): Promise<Session | undefined>
  /** Newest first. */
  listSessions(range: SessionRange, filter: SessionFilter, page: PageRequest): Promise<Page<Session>>
  /**
   * Saves a changed session if it is still as it was read. Answers false when somebody was first: read
   * again and judge again. Announces `session-ending` when it is to be ended.
   */
  saveSession(previous: Session, next: Session): Promise<boolean>
  /** Sessions that have not ended, in the order of their ids: for who starts anew and looks around. */
  activeSessions(page: PageRequest): Promise<Page<Session>>
  /** Drops some of the sessions that ended before a time, in one bounded write. Answers whether there may be more. */
  dropEnded(before: Date): Promise<boolean>
}
