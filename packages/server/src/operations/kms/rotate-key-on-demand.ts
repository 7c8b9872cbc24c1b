import type { RotateKeyOnDemandRequest, RotateKeyOnDemandResponse } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { keyArn } from '../../domain/kms-key.ts'
import { onDemandRotations, rotatedKey } from '../../domain/kms-rotation.ts'
import type { Operation } from '../operation.ts'
import { randomBytes } from './cipher.ts'
import { authorizedKey } from './key-access.ts'
import { requireEnabled } from './key-state.ts'

/** RotateKeyOnDemand: new material at once, whatever the schedule; it does not move the schedule. */
export const rotateKeyOnDemand: Operation<RotateKeyOnDemandRequest, RotateKeyOnDemandResponse> = {
  service: 'kms',
  name: 'RotateKeyOnDemand',
  action: 'kms:RotateKeyOnDemand',

  resources: () => [],

  async handle({ KeyId }, context) {
    const key = await authorizedKey(context, KeyId)
    requireEnabled(key, context.scope)
    const { next, rotation } = rotatedKey(key, {
      type: 'ON_DEMAND',
      at: context.now(),
      randomBytes: (length) => randomBytes(context, length),
    })
    const outcome = await context.store.keys.rotateKey(key, next, rotation)
    if (outcome === 'too-many') {
      throw new ServiceError('LimitExceededException', `A key can be rotated on demand ${onDemandRotations} times.`)
    }
    if (outcome === 'changed') {
      throw new ServiceError('ConflictException', 'The key is being changed by others. Try again.')
    }
    return { KeyId: keyArn(context.scope, key.keyId) }
  },
}
