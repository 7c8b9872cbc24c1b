import { type AesGcm, type EnvelopeRole, isSealed, openPayload, sealPayload, sessionKeys } from './kms-envelope.ts'
import type { PayloadType } from './session-payload-type.ts'

export interface CipherParts {
  readonly role: EnvelopeRole
  /** The 64 bytes that KMS made for the session. */
  readonly dataKey: Uint8Array
  readonly aes: AesGcm
  random(length: number): Uint8Array
}

/** One end of an encrypted session: it seals what it sends and opens what comes. Made of random nonces, it is good for 2^32 messages. */
export class SessionCipher {
  readonly #parts: CipherParts
  readonly #sending: Uint8Array
  readonly #receiving: Uint8Array

  /** Throws EnvelopeError for a data key that has not 64 bytes. */
  constructor(parts: CipherParts) {
    this.#parts = parts
    const { sending, receiving } = sessionKeys(parts.dataKey, parts.role)
    this.#sending = sending
    this.#receiving = receiving
  }

  /** A payload as it goes out: types that are not encrypted stay as they are. */
  seal(type: PayloadType, payload: Uint8Array): Uint8Array {
    return isSealed(this.#parts.role, type) ? this.sealBytes(payload) : payload
  }

  /** A payload as it was before the other end sealed it. Throws EnvelopeError. */
  open(type: PayloadType, payload: Uint8Array): Uint8Array {
    return isSealed(this.#parts.role === 'agent' ? 'client' : 'agent', type) ? this.openBytes(payload) : payload
  }

  sealBytes(bytes: Uint8Array): Uint8Array {
    return sealPayload(bytes, this.#sending, this.#parts.random(12), this.#parts.aes)
  }

  /** Throws EnvelopeError for what was not sealed by the other end of this session. */
  openBytes(sealed: Uint8Array): Uint8Array {
    return openPayload(sealed, this.#receiving, this.#parts.aes)
  }
}
