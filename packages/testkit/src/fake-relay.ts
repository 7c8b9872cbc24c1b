import { randomUUID } from 'node:crypto'
import { decodeOpenDataChannel } from '@fairlead/wire/session-message'
import type { WebSocket } from 'ws'
import { FakeSession, type FakeSessionSettings } from './fake-session.ts'

/** Data channels of a fake control plane: tokens, and whose socket is whose. */
export class FakeRelay {
  readonly faults: string[]
  readonly #notice: () => void
  readonly #sessions = new Map<string, FakeSession>()
  readonly #tokens = new Map<string, string>()

  constructor(faults: string[], notice: () => void) {
    this.faults = faults
    this.#notice = notice
  }

  add(settings?: FakeSessionSettings): FakeSession {
    const session = new FakeSession(`user-${randomUUID().replaceAll('-', '').slice(0, 17)}`, this.#notice, settings)
    this.#sessions.set(session.sessionId, session)
    return session
  }

  /** The server knows of a session no more. */
  forget(sessionId: string): void {
    this.#sessions.get(sessionId)?.stop()
    this.#sessions.delete(sessionId)
  }

  /** A token for the session of a path, or undefined when there is none. */
  issueToken(path: string): string | undefined {
    const sessionId = sessionOf(path)
    if (!this.#sessions.has(sessionId)) return undefined
    const token = randomUUID()
    this.#tokens.set(token, sessionId)
    return token
  }

  accept(path: string, socket: WebSocket): void {
    socket.on('error', () => undefined) // 'close' follows
    socket.once('message', (text) => {
      const { token } = decodeOpenDataChannel(String(text))
      const sessionId = this.#tokens.get(token)
      this.#tokens.delete(token)
      const session = this.#sessions.get(sessionId ?? '')
      if (session === undefined || sessionId !== sessionOf(path)) {
        this.faults.push('a data channel was opened with a token that was not given out for it')
        socket.terminate()
      } else session.attach(socket)
    })
  }

  dropAll(): void {
    for (const session of this.#sessions.values()) session.drop()
  }

  close(): void {
    for (const session of this.#sessions.values()) session.stop()
  }
}

function sessionOf(path: string): string {
  return /^\/v1\/data-channel\/([^/?]+)/.exec(path)?.[1] ?? ''
}
