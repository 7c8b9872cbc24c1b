import { decodeBase64, encodeBase64 } from './base64.ts'
import { MessageError, readPayload, readText, writePayload } from './message-members.ts'

/** An encryption challenge or its answer, which have one shape: what `sealPayload` made of 64 random bytes. */
export function encodeChallenge(sealed: Uint8Array): Uint8Array {
  return writePayload({ Challenge: encodeBase64(sealed) })
}

export function decodeChallenge(payload: Uint8Array): Uint8Array {
  const sealed = decodeBase64(readText(readPayload(payload, 8192), 'Challenge', 4096))
  if (sealed === undefined) throw new MessageError('Challenge must be base64')
  return sealed
}
