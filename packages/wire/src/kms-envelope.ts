import { type PayloadType, payloadTypes } from './session-payload-type.ts'

/** The two ends of an encrypted session. */
export type EnvelopeRole = 'agent' | 'client'

/** AES-256-GCM with a 12-byte nonce, a 16-byte tag and no additional data. */
export interface AesGcm {
  /** The ciphertext and after it the tag. */
  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array
  /** The plaintext; throws when the tag doesn't fit. */
  open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array
}

/** The two keys of one end, 32 bytes each. */
export interface SessionKeys {
  readonly sending: Uint8Array
  readonly receiving: Uint8Array
}

/** A payload that can't be opened, or keys that are none. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError'
}

/** How many bytes a KMS data key for a session has. */
export const dataKeyBytes = 64

const halfBytes = 32
const nonceBytes = 12
const tagBytes = 16

/** The keys of one end: the first half of the data key is for what the agent sends, the second for what the client does. */
export function sessionKeys(dataKey: Uint8Array, role: EnvelopeRole): SessionKeys {
  if (dataKey.length !== dataKeyBytes) throw new EnvelopeError(`a data key has 64 bytes, not ${dataKey.length}`)
  const ofAgent = dataKey.slice(0, halfBytes)
  const ofClient = dataKey.slice(halfBytes)
  return role === 'agent' ? { sending: ofAgent, receiving: ofClient } : { sending: ofClient, receiving: ofAgent }
}

/** An encrypted payload: nonce, ciphertext, tag. The nonce is 12 random bytes, never used twice with a key. */
export function sealPayload(plaintext: Uint8Array, key: Uint8Array, nonce: Uint8Array, aes: AesGcm): Uint8Array {
  if (nonce.length !== nonceBytes) throw new EnvelopeError(`a nonce has 12 bytes, not ${nonce.length}`)
  const sealed = aes.seal(key, nonce, plaintext)
  const payload = new Uint8Array(nonceBytes + sealed.length)
  payload.set(nonce)
  payload.set(sealed, nonceBytes)
  return payload
}

/** What `sealPayload` was given. Throws EnvelopeError for what was not sealed with this key, or changed since. */
export function openPayload(payload: Uint8Array, key: Uint8Array, aes: AesGcm): Uint8Array {
  if (payload.length < nonceBytes + tagBytes)
    throw new EnvelopeError(`${payload.length} bytes are too few for an encrypted payload`)
  try {
    return aes.open(key, payload.subarray(0, nonceBytes), payload.subarray(nonceBytes))
  } catch (cause) {
    throw new EnvelopeError('a payload does not open with the key of its session', { cause })
  }
}

/** Whether payloads of a type are encrypted once a session has keys: bytes are, sizes and flags are not. */
export function isSealed(sender: EnvelopeRole, type: PayloadType): boolean {
  if (type === payloadTypes.output) return true
  return sender === 'agent' && (type === payloadTypes.standardError || type === payloadTypes.exitCode)
}

/**
 * The encryption context that client and agent give KMS; a key policy may ask for it. `challenge` is that of the handshake,
 * and only for agents that send one (from 3.3 on), if the client says in its answer that it used it.
 */
export function encryptionContext(
  sessionId: string,
  targetId: string,
  challenge?: string,
): Readonly<Record<string, string>> {
  const context = { 'aws:ssm:SessionId': sessionId, 'aws:ssm:TargetId': targetId }
  return challenge === undefined ? context : { ...context, 'aws:ssm:RandomChallenge': challenge }
}
