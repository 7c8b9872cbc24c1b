import { SessionCipher } from '@fairlead/wire/session-cipher'
import {
  decodeChallenge,
  decodeHandshakeComplete,
  decodeHandshakeRequest,
  encodeChallenge,
  encodeHandshakeResponse,
  type HandshakeRequest,
  type PayloadType,
  type ProcessedAction,
  payloadTypes,
  type RequestedAction,
} from '@fairlead/wire/session-message'
import { explain } from '../../cli-error.ts'
import { refusalOf, type SessionKind } from '../begin-work.ts'
import { clientVersion } from '../client-version.ts'
import { aesGcm } from './aes-gcm.ts'
import type { DataKey, WantedKey } from './data-key.ts'

export interface HandshakeWish {
  newDataKey(wanted: WantedKey): Promise<DataKey>
  random(length: number): Uint8Array
  write(payloadType: PayloadType, payload: Uint8Array): void
  /** The session may begin. */
  onDone(kind: SessionKind, customerMessage: string): void
  /** It may not; the node is told already, if it asked. */
  onFailed(reason: string): void
}

/**
 * The client's part of what goes before a session: it says what it can do, gets a key from KMS when the session is to be
 * encrypted, and shows the node that it has it. From then on nothing goes out, or is taken for the node's, without the key.
 */
export class ClientHandshake {
  readonly #wish: HandshakeWish
  #kind: SessionKind | undefined
  #cipher: SessionCipher | undefined
  #isAsked = false
  #isEncrypted = false
  #isProven = false

  constructor(wish: HandshakeWish) {
    this.#wish = wish
  }

  /** True once the node has begun one: no session without it follows then. */
  get hasBegun(): boolean {
    return this.#isAsked
  }

  /** Takes a message before the end of the handshake. Throws EnvelopeError for a challenge of another key. */
  take(payloadType: number, payload: Uint8Array): void {
    if (payloadType === payloadTypes.handshakeRequest && !this.#isAsked)
      void this.#answer(decodeHandshakeRequest(payload))
    // Once: what is answered twice could be something that the node said later.
    if (payloadType === payloadTypes.challengeRequest && this.#cipher !== undefined && !this.#isProven) {
      const challenge = this.#cipher.openBytes(decodeChallenge(payload))
      this.#wish.write(payloadTypes.challengeResponse, encodeChallenge(this.#cipher.sealBytes(challenge)))
      this.#isProven = true
    }
    if (payloadType === payloadTypes.handshakeComplete) {
      const { customerMessage } = decodeHandshakeComplete(payload)
      if (this.#kind === undefined) this.#wish.onFailed('The node did not say what kind of session it is.')
      else if (this.#isEncrypted && !this.#isProven) {
        this.#wish.onFailed('The node did not show that it has the key of the session.')
      } else this.#wish.onDone(this.#kind, customerMessage)
    }
  }

  /** A payload as it goes out. */
  seal(payloadType: PayloadType, payload: Uint8Array): Uint8Array {
    return this.#cipher?.seal(payloadType, payload) ?? payload
  }

  /** A payload as the node wrote it; undefined for one that has no place in an encrypted session. Throws EnvelopeError. */
  open(payloadType: number, payload: Uint8Array): Uint8Array | undefined {
    if (this.#cipher === undefined) return payload
    // Agents have no errors apart from their output; whoever sends some in the clear is none.
    if (payloadType === payloadTypes.error) return undefined
    return this.#cipher.open(payloadType as PayloadType, payload)
  }

  async #answer(request: HandshakeRequest): Promise<void> {
    this.#isAsked = true
    // At once: who says that the handshake is complete before we have a key is not to get a session without one.
    this.#isEncrypted = request.actions.some(({ kind }) => kind === 'kmsEncryption')
    const actions: ProcessedAction[] = []
    for (const action of request.actions) actions.push(await this.#process(action, request))
    const errors = actions.map(({ error }) => error).filter((error) => error !== '')
    this.#wish.write(payloadTypes.handshakeResponse, encodeHandshakeResponse({ clientVersion, actions, errors }))
    if (errors.length > 0) this.#wish.onFailed(errors.join(' '))
  }

  async #process(action: RequestedAction, { agentVersion, agentName }: HandshakeRequest): Promise<ProcessedAction> {
    switch (action.kind) {
      case 'sessionType': {
        this.#kind = { ...action, agentVersion, agentName }
        const error = refusalOf(this.#kind)
        return { actionType: 'SessionType', status: error === undefined ? 'success' : 'failed', error: error ?? '' }
      }
      case 'kmsEncryption':
        return await this.#encrypt(action)
      case 'unknown': {
        const { actionType } = action
        return { actionType, status: 'unsupported', error: `This client cannot do ${actionType}.` }
      }
    }
  }

  async #encrypt(wanted: WantedKey): Promise<ProcessedAction> {
    const actionType = 'KMSEncryption'
    try {
      const { plaintext, wrapped } = await this.#wish.newDataKey(wanted)
      const { random } = this.#wish
      this.#cipher = new SessionCipher({ role: 'client', dataKey: plaintext, aes: aesGcm, random })
      return { actionType, status: 'success', dataKey: wrapped, error: '' }
    } catch (error) {
      return { actionType, status: 'failed', error: explain(error).replace(/\s*\n\s*/g, ' ') }
    }
  }
}
