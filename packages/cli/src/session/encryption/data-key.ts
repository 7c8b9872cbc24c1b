import { dataKeyBytes, encryptionContext } from '@fairlead/wire/kms-envelope'
import type { WrappedDataKey } from '@fairlead/wire/session-message'
import type { ApiClient } from '../../api/api-client.ts'
import { CliError } from '../../cli-error.ts'

/** The key of an encrypted session, and the same as the node is to get it. */
export interface DataKey {
  readonly plaintext: Uint8Array
  readonly wrapped: WrappedDataKey
}

/** What an agent asks for: a KMS key, and a challenge if the agent is of the newer ones. */
export interface WantedKey {
  readonly keyId: string
  /** Empty from agents before 3.3. */
  readonly challenge: string
}

/**
 * Data keys of KMS for sessions on a node. The node is a part of the encryption context: only it can open them.
 *
 * @param targetId empty when whoever called did not say it
 */
export function dataKeys(client: () => Promise<ApiClient>, targetId: string) {
  return async (sessionId: string, { keyId, challenge }: WantedKey): Promise<DataKey> => {
    if (targetId === '')
      throw new CliError('The AWS CLI is too old for encrypted sessions: it does not tell the target.')
    const hasChallenge = challenge !== ''
    const { Plaintext, CiphertextBlob } = await (await client()).kms('GenerateDataKey', {
      KeyId: keyId,
      NumberOfBytes: dataKeyBytes,
      EncryptionContext: encryptionContext(sessionId, targetId, hasChallenge ? challenge : undefined),
    })
    if (!Plaintext || !CiphertextBlob) throw new CliError('KMS answered without a key.')
    return { plaintext: Plaintext, wrapped: { ciphertext: CiphertextBlob, hasChallenge } }
  }
}
