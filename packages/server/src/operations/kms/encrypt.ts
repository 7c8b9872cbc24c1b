import type { EncryptRequest, EncryptResponse } from '@fairlead/wire/model/generated/kms'
import { keyArn } from '../../domain/kms-key.ts'
import type { Operation } from '../operation.ts'
import { encryptUnder } from './cipher.ts'
import { encryptionKeys, readEncryptionContext } from './encryption-context.ts'
import { authorizedKeyOrAlias } from './key-access.ts'
import { requireEnabled } from './key-state.ts'
import { refuseUnservedOptions, stopWhenDry } from './unserved-options.ts'

/** Encrypt: up to 4096 bytes under a key. The key's policy is asked in `handle`: it is the resource's own. */
export const encrypt: Operation<EncryptRequest, EncryptResponse> = {
  service: 'kms',
  name: 'Encrypt',
  action: 'kms:Encrypt',

  resources: () => [],

  async handle(input, context) {
    const pairs = readEncryptionContext(input.EncryptionContext)
    const key = await authorizedKeyOrAlias(context, input.KeyId, { keys: encryptionKeys(pairs) })
    refuseUnservedOptions(input)
    requireEnabled(key, context.scope)
    stopWhenDry(input)
    return {
      CiphertextBlob: await encryptUnder(context, key, input.Plaintext, pairs),
      KeyId: keyArn(context.scope, key.keyId),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    }
  },
}
