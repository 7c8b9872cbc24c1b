import type { ReEncryptRequest, ReEncryptResponse } from '@fairlead/wire/model/generated/kms'
import { keyArn } from '../../domain/kms-key.ts'
import type { Operation } from '../operation.ts'
import { decryptUnder, encryptUnder, headOf } from './cipher.ts'
import { keyOfCiphertext } from './ciphertext-key.ts'
import { encryptionKeys, readEncryptionContext } from './encryption-context.ts'
import { allowedKey } from './key-access.ts'
import { requireEnabled } from './key-state.ts'
import { findNamedKey } from './named-key.ts'
import { refuseUnservedOptions, stopWhenDry } from './unserved-options.ts'

/**
 * ReEncrypt: from one key to another without showing what is inside. It has no permission of its own but two: to
 * take from the one key, and to give to the other (ReEncrypt reference).
 */
export const reEncrypt: Operation<ReEncryptRequest, ReEncryptResponse> = {
  service: 'kms',
  name: 'ReEncrypt',
  action: 'kms:ReEncryptFrom',

  resources: () => [],

  async handle(input, context) {
    const { scope } = context
    const from = readEncryptionContext(input.SourceEncryptionContext)
    const to = readEncryptionContext(input.DestinationEncryptionContext)
    const { CiphertextBlob: ciphertext = new Uint8Array(), DestinationKeyId, SourceKeyId } = input
    const head = headOf(input.CiphertextBlob)
    const target = await findNamedKey(context, DestinationKeyId)
    const same = { 'kms:ReEncryptOnSameKey': String(target.key?.keyId === head.keyId) }
    const source = await keyOfCiphertext(context, head, SourceKeyId, { keys: { ...encryptionKeys(from), ...same } })
    const destination = await allowedKey(target, context, {
      action: 'kms:ReEncryptTo',
      keys: { ...encryptionKeys(to), ...same },
    })
    refuseUnservedOptions({ ...input, EncryptionAlgorithm: input.SourceEncryptionAlgorithm })
    refuseUnservedOptions({ EncryptionAlgorithm: input.DestinationEncryptionAlgorithm })
    requireEnabled(source, scope)
    requireEnabled(destination, scope)
    const { plaintext, materialId } = await decryptUnder(context, ciphertext, head, from)
    stopWhenDry(input)
    return {
      CiphertextBlob: await encryptUnder(context, destination, plaintext, to),
      SourceKeyId: keyArn(scope, source.keyId),
      KeyId: keyArn(scope, destination.keyId),
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      SourceKeyMaterialId: materialId,
      DestinationKeyMaterialId: destination.material.id,
    }
  },
}
