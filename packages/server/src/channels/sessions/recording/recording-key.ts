import { type Recording, recordingKeyPlace } from '../../../domain/recording.ts'
import type { Vault } from '../../../store/vault.ts'

const keyLength = 32

/** A new key for the file of one recording, sealed: nobody who has the file and the database alone can read it. */
export function sealedRecordingKey(
  sessionId: string,
  randomBytes: (length: number) => Uint8Array,
  vault: Vault,
): Uint8Array {
  return vault.seal(randomBytes(keyLength), recordingKeyPlace(sessionId))
}

/** @throws {VaultError} the master key that it was sealed with is not here */
export function recordingKey({ sessionId, sealedKey }: Recording, vault: Vault): Uint8Array {
  return vault.open(sealedKey, recordingKeyPlace(sessionId))
}
