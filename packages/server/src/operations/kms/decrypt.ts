import type { DecryptRequest, DecryptResponse } from '@fairlead/wire/model/generated/kms'
import { keyArn } from '../../domain/kms-key.ts'
import type { Operation } from '../operation.ts'
import { decryptUnder, headOf } from './cipher.ts'
import { keyOfCiphertext } from './ciphertext-key.ts'
import { encryptionKeys, readEncryptionContext } from './encryption-context.ts'
import { requireEnabled } from './key-state.ts'
import { refuseUnservedOptions, stopWhenDry } from './unserved-options.ts'

/** Decrypt: the ciphertext says which key it needs. A DryRun decrypts too, since that is what could fail. */
export const decrypt: Operation<DecryptRequest, DecryptResponse> = {
  service: 'kms',
  name: 'Decrypt',
  action: 'kms:Decrypt',

  resources: () => [],

  async handle(input, context) {
    const pairs = readEncryptionContext(input.EncryptionContext)
    const { CiphertextBlob: ciphertext = new Uint8Array() } = input
    const head = headOf(input.CiphertextBlob)
    const key = await keyOfCiphertext(context, head, input.KeyId, { keys: encryptionKeys(pairs) })
    refuseUnservedOptions(input)
    requireEnabled(key, context.scope)
    const { plaintext, materialId } = await decryptUnder(context, ciphertext, head, pairs)
    stopWhenDry(input)
    return {
      KeyId: keyArn(context.scope, key.keyId),
      Plaintext: plaintext,
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyMaterialId: materialId,
    }
  },
}
