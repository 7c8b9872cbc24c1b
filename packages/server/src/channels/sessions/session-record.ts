import type { Clock } from '../../domain/clock.ts'
import { advanceSession, type SessionState } from '../../domain/session.ts'
import type { Logger } from '../../domain/telemetry.ts'
import type { SessionStore } from '../../store/session-store.ts'

const tryAgainMs = 2_000
/** Somebody else may be first every time, but not for ever. */
const mostRaces = 10

export interface SessionRecordParts {
  readonly sessionId: string
  readonly sessions: SessionStore
  readonly clock: Clock
  readonly log: Logger
}

/** Writes down how one session goes on, one move after the other. */
export class SessionRecord {
  readonly #parts: SessionRecordParts
  #last: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(parts: SessionRecordParts) {
    this.#parts = parts
  }

  /** Settles when the move is stored, or is none; what cannot be stored is tried again until the record is closed. */
  advance(state: SessionState, details?: string): Promise<void> {
    this.#last = this.#last.then(() => this.#advance(state, details))
    return this.#last
  }

  close(): void {
    this.#isClosed = true
  }

  async #advance(state: SessionState, details: string | undefined): Promise<void> {
    const { sessionId, clock, log } = this.#parts
    while (!this.#isClosed) {
      try {
        return await this.#try(state, details)
      } catch (error) {
        if (this.#isClosed) return
        log.error({ err: error, sessionId, state }, 'the state of a session could not be kept; it is tried again')
        await new Promise<void>((resolve) => clock.after(tryAgainMs, resolve))
      }
    }
  }

  async #try(state: SessionState, details: string | undefined): Promise<void> {
    const { sessionId, sessions, clock } = this.#parts
    for (let race = 0; race < mostRaces; race++) {
      const session = await sessions.findSession(sessionId)
      if (session === undefined) return
      const next = advanceSession(session, state, clock.now(), details)
      if (next === session || (await sessions.saveSession(session, next))) return
    }
    throw new Error(`session ${sessionId} changed ${mostRaces} times while it was to become ${state}`)
  }
}
