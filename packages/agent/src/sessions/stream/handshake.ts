import {
  decodeHandshakeResponse,
  encodeHandshakeComplete,
  encodeHandshakeRequest,
  type HandshakeResponse,
  type PayloadType,
  payloadTypes,
} from '@fairlead/wire/session-message'

/**
 * How the agent calls itself in a handshake, whatever its own version is. Clients choose by it what the node can do: from
 * 3.0.196.0 on they multiplex ports, after 3.1.1511.0 without keepalive, which is what happens here. Four numbers, or they
 * believe nothing. Agents from 3.3 on are expected to put more into the encryption context than this one does.
 */
export const versionForClients = '3.2.0.0'

export interface HandshakeWish {
  readonly sessionType: string
  /** For the client; null for commands. */
  readonly properties: Readonly<Record<string, unknown>> | null
  write(payloadType: PayloadType, payload: Uint8Array): void
  ticks(): number
  /** The session may begin. */
  onDone(response: HandshakeResponse): void
  /** The client cannot do what is asked of it. */
  onFailed(reason: string): void
}

/** What goes before sessions of which the client has to know the kind: one question, one answer, and a last word. */
export class Handshake {
  readonly #wish: HandshakeWish
  readonly #startedAt: number

  /** Sends the request. */
  constructor(wish: HandshakeWish) {
    this.#wish = wish
    this.#startedAt = wish.ticks()
    const { sessionType, properties } = wish
    const action = { kind: 'sessionType', sessionType, properties } as const
    const request = encodeHandshakeRequest({ agentVersion: versionForClients, actions: [action] })
    wish.write(payloadTypes.handshakeRequest, request)
  }

  /** Takes what came before the end of the handshake. What is no answer to it is of no use to anybody, as with Amazon's agent. */
  take(payloadType: PayloadType, payload: Uint8Array): void {
    if (payloadType !== payloadTypes.handshakeResponse) return
    const response = decodeHandshakeResponse(payload)
    const action = response.actions.find(({ actionType }) => actionType === 'SessionType')
    if (action?.status !== 'success') {
      const reason = [action?.error ?? '', ...response.errors].filter((text) => text !== '').join('; ')
      this.#wish.onFailed(
        `The client cannot take part in a session of type ${this.#wish.sessionType}. ${reason}`.trim(),
      )
      return
    }
    const tookNanoseconds = Math.round((this.#wish.ticks() - this.#startedAt) * 1e6)
    this.#wish.write(payloadTypes.handshakeComplete, encodeHandshakeComplete({ tookNanoseconds, customerMessage: '' }))
    this.#wish.onDone(response)
  }
}
