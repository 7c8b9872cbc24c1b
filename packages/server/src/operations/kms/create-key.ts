import type { CreateKeyRequest, CreateKeyResponse } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { type Key, keyArn, materialLength } from '../../domain/kms-key.ts'
import { defaultKeyPolicy } from '../../domain/kms-key-policy.ts'
import type { ContextKeys, Operation } from '../operation.ts'
import { randomBytes } from './cipher.ts'
import { callerKeys, keyKind } from './key-access.ts'
import { keyMetadata } from './key-metadata.ts'
import { checkKeyPolicy } from './key-policy.ts'
import { readTags, requestTagKeys } from './tags.ts'

/** In one account and region (KMS quotas, "AWS KMS keys"). */
const keysPerRegion = 100_000

/** CreateKey: a symmetric key. Its material is made here and never leaves. */
export const createKey: Operation<CreateKeyRequest, CreateKeyResponse> = {
  service: 'kms',
  name: 'CreateKey',
  action: 'kms:CreateKey',

  resources: (input, _scope, caller) => [
    { resource: '*', context: { ...callerKeys({ caller }), ...requestKeys(input) } },
  ],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle(input, context) {
    refuseOtherKinds(input)
    const { Description: description = '', Tags = [] } = input
    const tags = readTags(Tags)
    const keyId = context.newId()
    if (Tags.length > 0) await context.require([{ resource: keyArn(context.scope, keyId), action: 'kms:TagResource' }])
    const policy = input.Policy ?? defaultKeyPolicy(context.scope)
    if (input.Policy !== undefined) await checkKeyPolicy(context, keyId, policy, input)
    const key: Key = {
      keyId,
      description,
      state: 'Enabled',
      policy,
      createdAt: context.now(),
      deletionAt: undefined,
      material: { version: 1, id: context.randomHex(32) },
      rotation: undefined,
      version: 1,
    }
    const outcome = await context.store.keys.addKey(key, randomBytes(context, materialLength), tags, keysPerRegion)
    if (outcome === 'too-many') {
      throw new ServiceError('LimitExceededException', `There can be ${keysPerRegion} keys at most.`)
    }
    return { KeyMetadata: keyMetadata(key, context.scope) }
  },
}

/** What policies see of the key that is asked for, defaults included (KMS guide, "Condition keys"). */
function requestKeys(input: CreateKeyRequest): ContextKeys {
  const { BypassPolicyLockoutSafetyCheck: bypass = false, KeyUsage, Origin, MultiRegion } = input
  return {
    'kms:KeySpec': specOf(input),
    'kms:KeyUsage': KeyUsage ?? keyKind['kms:KeyUsage'],
    'kms:KeyOrigin': Origin ?? keyKind['kms:KeyOrigin'],
    'kms:MultiRegion': String(MultiRegion ?? false),
    'kms:BypassPolicyLockoutSafetyCheck': String(bypass),
  }
}

function specOf({ KeySpec, CustomerMasterKeySpec }: CreateKeyRequest): string {
  return KeySpec ?? CustomerMasterKeySpec ?? keyKind['kms:KeySpec']
}

function refuseOtherKinds(input: CreateKeyRequest): void {
  if (input.KeySpec !== undefined && input.CustomerMasterKeySpec !== undefined) {
    throw new ServiceError(
      'ValidationException',
      'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
    )
  }
  const spec = specOf(input)
  const { KeyUsage: usage = 'ENCRYPT_DECRYPT', Origin: origin = 'AWS_KMS', CustomKeyStoreId, XksKeyId } = input
  const unserved =
    spec !== 'SYMMETRIC_DEFAULT'
      ? `KeySpec ${spec}`
      : origin !== 'AWS_KMS'
        ? `Origin ${origin}`
        : (input.MultiRegion ?? false)
          ? 'MultiRegion'
          : CustomKeyStoreId !== undefined || XksKeyId !== undefined
            ? 'A custom key store'
            : undefined
  if (unserved !== undefined) {
    throw new ServiceError(
      'UnsupportedOperationException',
      `${unserved} is not supported: keys of this server are symmetric, of one region, and made here.`,
    )
  }
  if (usage !== 'ENCRYPT_DECRYPT') {
    throw new ServiceError('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec SYMMETRIC_DEFAULT`)
  }
}
