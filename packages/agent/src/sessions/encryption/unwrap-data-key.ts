import { encryptionContext } from '@fairlead/wire/kms-envelope'
import type { WrappedDataKey } from '@fairlead/wire/session-message'
import type { ControlPlane } from '../../api/control-plane.ts'
import type { KeySource } from '../../identity/key-source.ts'

export interface SessionKeyFacts {
  readonly sessionId: string
  readonly nodeId: string
  /** As the session document names it: an id, an ARN or an alias. */
  readonly keyId: string
}

/**
 * The data key of a session, opened by KMS with the rights of the node's role. A key that was made under another KMS key, or
 * for another session or node, does not open. Throws ApiError, or the network's error.
 */
export async function unwrapDataKey(
  { ciphertext }: WrappedDataKey,
  { sessionId, nodeId, keyId }: SessionKeyFacts,
  controlPlane: ControlPlane,
  keys: KeySource,
): Promise<Uint8Array> {
  const input = {
    KeyId: keyId,
    CiphertextBlob: Buffer.from(ciphertext).toString('base64'),
    EncryptionContext: encryptionContext(sessionId, nodeId),
  }
  const { Plaintext } = await controlPlane.callKms('Decrypt', input, await keys.signer())
  if (typeof Plaintext !== 'string') throw new Error('KMS answered without a plaintext')
  return Buffer.from(Plaintext, 'base64')
}
