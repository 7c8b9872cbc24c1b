import type { EnableKeyRotationRequest } from '@fairlead/wire/model/generated/kms'
import { defaultRotationDays, nextRotation } from '../../domain/kms-rotation.ts'
import type { Operation } from '../operation.ts'
import { changeKey } from './change-key.ts'
import { authorizedKey } from './key-access.ts'
import { requireEnabled } from './key-state.ts'

/** EnableKeyRotation: new material every so many days; another period counts from now on. */
export const enableKeyRotation: Operation<EnableKeyRotationRequest, undefined> = {
  service: 'kms',
  name: 'EnableKeyRotation',
  action: 'kms:EnableKeyRotation',

  resources: () => [],

  async handle({ KeyId, RotationPeriodInDays }, context) {
    const { rotation: before, ...found } = await authorizedKey(context, KeyId, {
      keys: { 'kms:RotationPeriodInDays': String(RotationPeriodInDays ?? defaultRotationDays) },
    })
    const days = RotationPeriodInDays ?? before?.days ?? defaultRotationDays
    await changeKey(context, { ...found, rotation: before }, (key) => {
      requireEnabled(key, context.scope)
      if (key.rotation?.days === days) return key
      return { ...key, rotation: { days, nextAt: nextRotation(days, context.now()) } }
    })
    return undefined
  },
}
