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
    const keys = { 'kms:RotationPeriodInDays': String(RotationPeriodInDays ?? defaultRotationDays) }
    await changeKey(context, await authorizedKey(context, KeyId, { keys }), (key) => {
      requireEnabled(key, context.scope)
      const days = RotationPeriodInDays ?? key.rotation?.days ?? defaultRotationDays
      if (key.rotation?.days === days) return key
      return { ...key, rotation: { days, nextAt: nextRotation(days, context.now()) } }
    })
    return undefined
  },
}
