import type {
  GenerateDataKeyRequest,
  GenerateDataKeyWithoutPlaintextResponse,
} from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { keyArn } from '../../domain/kms-key.ts'
import type { Context } from '../operation.ts'
import { encryptUnder, randomBytes } from './cipher.ts'
import { encryptionKeys, readEncryptionContext } from './encryption-context.ts'
import { authorizedKeyOrAlias } from './key-access.ts'
import { requireEnabled } from './key-state.ts'
import { refuseUnservedOptions, stopWhenDry } from './unserved-options.ts'

export interface DataKey {
  readonly plaintext: Uint8Array
  /** What both operations answer. */
  readonly answer: GenerateDataKeyWithoutPlaintextResponse
}

const lengths = { AES_256: 32, AES_128: 16 } as const

/** New random bytes and the same encrypted under a key, for an authorised caller. */
export async function newDataKey(input: GenerateDataKeyRequest, context: Context): Promise<DataKey> {
  const pairs = readEncryptionContext(input.EncryptionContext)
  const key = await authorizedKeyOrAlias(context, input.KeyId, { keys: encryptionKeys(pairs) })
  const length = lengthOf(input)
  refuseUnservedOptions(input)
  requireEnabled(key, context.scope)
  stopWhenDry(input)
  const plaintext = randomBytes(context, length)
  return {
    plaintext,
    answer: {
      CiphertextBlob: await encryptUnder(context, key, plaintext, pairs),
      KeyId: keyArn(context.scope, key.keyId),
      KeyMaterialId: key.material.id,
    },
  }
}

function lengthOf({ KeySpec, NumberOfBytes }: GenerateDataKeyRequest): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw new ServiceError('ValidationException', 'Please specify either number of bytes or key spec.')
  }
  return NumberOfBytes ?? lengths[KeySpec ?? 'AES_256']
}
