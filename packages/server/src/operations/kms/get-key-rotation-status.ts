import type { GetKeyRotationStatusRequest, GetKeyRotationStatusResponse } from '@fairlead/wire/model/generated/kms'
import { keyArn } from '../../domain/kms-key.ts'
import type { Operation } from '../operation.ts'
import { authorizedKey } from './key-access.ts'

/** GetKeyRotationStatus: a key that is pending deletion is not rotated, whatever was asked for before. */
export const getKeyRotationStatus: Operation<GetKeyRotationStatusRequest, GetKeyRotationStatusResponse> = {
  service: 'kms',
  name: 'GetKeyRotationStatus',
  action: 'kms:GetKeyRotationStatus',

  resources: () => [],

  async handle({ KeyId }, context) {
    const { keyId, rotation, state } = await authorizedKey(context, KeyId)
    const answer = { KeyId: keyArn(context.scope, keyId) }
    if (rotation === undefined || state === 'PendingDeletion') return { ...answer, KeyRotationEnabled: false }
    const { days, nextAt } = rotation
    return { ...answer, KeyRotationEnabled: true, RotationPeriodInDays: days, NextRotationDate: nextAt }
  },
}
