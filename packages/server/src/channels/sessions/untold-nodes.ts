import type { ControlLines } from './control-lines.ts'

const mostNodes = 1_000
const mostSessions = 100

/** Ends of sessions that nodes have not heard of, because they were away: said as soon as they are back. */
export class UntoldNodes {
  readonly #lines: ControlLines
  readonly #untold = new Map<string, Map<string, Uint8Array>>()

  constructor(lines: ControlLines) {
    this.#lines = lines
  }

  add(nodeId: string, sessionId: string, payload: Uint8Array): void {
    const sessions = this.#untold.get(nodeId) ?? new Map<string, Uint8Array>()
    if (sessions.size < mostSessions) sessions.set(sessionId, payload)
    if (this.#untold.size < mostNodes) this.#untold.set(nodeId, sessions)
  }

  tell(nodeId: string): void {
    const sessions = this.#untold.get(nodeId)
    for (const [sessionId, payload] of sessions ?? []) {
      if (this.#lines.send(nodeId, 'channel_closed', payload)) sessions?.delete(sessionId)
    }
    if (sessions?.size === 0) this.#untold.delete(nodeId)
  }

  forget(nodeId: string): void {
    this.#untold.delete(nodeId)
  }
}
