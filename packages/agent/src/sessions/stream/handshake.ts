import { timingSafeEqual } from 'node:crypto'
import { SessionCipher } from '@fairlead/wire/session-cipher'
import {
  decodeChallenge,
  decodeHandshakeResponse,
  encodeChallenge,
  encodeHandshakeComplete,
  encodeHandshakeRequest,
  type HandshakeResponse,
  type PayloadType,
  payloadTypes,
  type RequestedAction,
  type WrappedDataKey,
} from '@fairlead/wire/session-message'
import type { Clock } from '../../clock.ts'
import { reasonOf } from '../../log.ts'
import { aesGcm } from '../encryption/aes-gcm.ts'

/**
 * How the agent calls itself in a handshake, whatever its own version is. Clients choose by it what the node can do: from
 * 3.0.196.0 on they multiplex ports, after 3.1.1511.0 without keepalive, which is what happens here. Four numbers, or they
 * believe nothing. Agents from 3.3 on are expected to put more into the encryption context than this one does.
 */
export const versionForClients = '3.2.0.0'
/** By it our client knows that a stream may be half open; the version above could be Amazon's one day. */
const agentName = 'fairlead'

// As Amazon's agent, which waits so long for each answer of a client that never comes.
const patienceMs = 15_000
const challengeBytes = 64
// The words of Amazon's agent.
const encryptedNotice = 'This session is encrypted using AWS KMS.'

export interface HandshakeWish {
  readonly sessionType: string
  /** For the client; null for shells and commands. */
  readonly properties: Readonly<Record<string, unknown>> | null
  /** The KMS key that the session is encrypted with; empty for a session that is not. */
  readonly keyId: string
  readonly after: Clock['after']
  /** Opens the session's data key. */
  unwrap(key: WrappedDataKey): Promise<Uint8Array>
  write(payloadType: PayloadType, payload: Uint8Array): void
  random(length: number): Uint8Array
  ticks(): number
  /** The session may begin; with a cipher when it is encrypted. */
  onDone(response: HandshakeResponse, cipher: SessionCipher | undefined): void
  /** The client cannot do what is asked of it, does not answer, or shows the wrong key. */
  onFailed(reason: string): void
}

interface Challenge {
  readonly response: HandshakeResponse
  readonly cipher: SessionCipher
  readonly asked: Uint8Array
}

/**
 * What goes before sessions of which the client has to know the kind: one question, one answer, and a last word. Before the
 * last word of an encrypted session both ends show each other that they have its key.
 */
export class Handshake {
  readonly #wish: HandshakeWish
  readonly #startedAt: number
  #awaits: 'response' | 'key' | 'challenge' | 'nothing' = 'response'
  #challenge: Challenge | undefined
  #cancelWait: () => void = () => undefined

  /** Sends the request. */
  constructor(wish: HandshakeWish) {
    this.#wish = wish
    this.#startedAt = wish.ticks()
    const { sessionType, properties, keyId } = wish
    const actions: RequestedAction[] = [{ kind: 'sessionType', sessionType, properties }]
    if (keyId !== '') actions.push({ kind: 'kmsEncryption', keyId, challenge: '' })
    wish.write(
      payloadTypes.handshakeRequest,
      encodeHandshakeRequest({ agentVersion: versionForClients, agentName, actions }),
    )
    this.#wait('The client did not answer the handshake.')
  }

  /** Takes what came before the end of the handshake. What is no answer to it is of no use to anybody, as with Amazon's agent. */
  take(payloadType: PayloadType, payload: Uint8Array): void {
    if (payloadType === payloadTypes.handshakeResponse && this.#awaits === 'response') {
      this.#takeResponse(decodeHandshakeResponse(payload))
    } else if (payloadType === payloadTypes.challengeResponse && this.#awaits === 'challenge') {
      this.#takeChallenge(decodeChallenge(payload))
    }
  }

  /** There is nobody to shake hands for any more. */
  stop(): void {
    this.#awaits = 'nothing'
    this.#cancelWait()
  }

  #takeResponse(response: HandshakeResponse): void {
    const { sessionType, keyId } = this.#wish
    const answerTo = (actionType: string) => response.actions.find((action) => action.actionType === actionType)
    const session = answerTo('SessionType')
    const encryption = keyId === '' ? undefined : answerTo('KMSEncryption')
    if (session?.status !== 'success') {
      this.#fail(`The client cannot take part in a session of type ${sessionType}.`, session?.error, response)
    } else if (keyId === '') {
      this.#complete(response, undefined)
    } else if (encryption?.status !== 'success' || encryption.dataKey === undefined) {
      this.#fail(`The client could not get a data key of the KMS key ${keyId}.`, encryption?.error, response)
    } else {
      void this.#unwrap(response, encryption.dataKey)
    }
  }

  async #unwrap(response: HandshakeResponse, key: WrappedDataKey): Promise<void> {
    const { unwrap, random, write } = this.#wish
    this.#awaits = 'key'
    this.#cancelWait()
    try {
      const dataKey = await unwrap(key)
      if (this.#awaits !== 'key') return
      const cipher = new SessionCipher({ role: 'agent', dataKey, aes: aesGcm, random })
      const asked = random(challengeBytes)
      this.#challenge = { response, cipher, asked }
      this.#awaits = 'challenge'
      write(payloadTypes.challengeRequest, encodeChallenge(cipher.sealBytes(asked)))
      this.#wait('The client did not answer the encryption challenge.')
    } catch (error) {
      const reason = `The node could not decrypt the data key of the session: ${reasonOf(error)}`
      if (this.#awaits === 'key') this.#end(() => this.#wish.onFailed(reason))
    }
  }

  #takeChallenge(sealed: Uint8Array): void {
    if (this.#challenge === undefined) return
    const { response, cipher, asked } = this.#challenge
    if (isAnswer(cipher, sealed, asked)) this.#complete(response, cipher)
    else this.#end(() => this.#wish.onFailed('The client did not show that it has the key of the session.'))
  }

  #complete(response: HandshakeResponse, cipher: SessionCipher | undefined): void {
    const { write, ticks, onDone } = this.#wish
    const tookNanoseconds = Math.round((ticks() - this.#startedAt) * 1e6)
    const customerMessage = cipher === undefined ? '' : encryptedNotice
    this.#end(() => {
      write(payloadTypes.handshakeComplete, encodeHandshakeComplete({ tookNanoseconds, customerMessage }))
      onDone(response, cipher)
    })
  }

  #fail(what: string, error: string | undefined, { errors }: HandshakeResponse): void {
    const reasons = new Set([error ?? '', ...errors].filter((text) => text !== ''))
    this.#end(() => this.#wish.onFailed([what, [...reasons].join('; ')].join(' ').trim()))
  }

  #wait(reason: string): void {
    this.#cancelWait = this.#wish.after(patienceMs, () => this.#end(() => this.#wish.onFailed(reason)))
  }

  #end(act: () => void): void {
    this.stop()
    act()
  }
}

function isAnswer(cipher: SessionCipher, sealed: Uint8Array, asked: Uint8Array): boolean {
  try {
    const answered = cipher.openBytes(sealed)
    return answered.length === asked.length && timingSafeEqual(answered, asked)
  } catch {
    // Sealed with another key: why it does not open says nothing more.
    return false
  }
}
