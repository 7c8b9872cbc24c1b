import type { DisableKeyRotationRequest } from '@fairlead/wire/model/generated/kms'
import type { Operation } from '../operation.ts'
import { changeKey } from './change-key.ts'
import { authorizedKey } from './key-access.ts'
import { requireEnabled } from './key-state.ts'

export const disableKeyRotation: Operation<DisableKeyRotationRequest, undefined> = {
  service: 'kms',
  name: 'DisableKeyRotation',
  action: 'kms:DisableKeyRotation',

  resources: () => [],

  async handle({ KeyId }, context) {
    await changeKey(context, await authorizedKey(context, KeyId), (key) => {
      requireEnabled(key, context.scope)
      return key.rotation === undefined ? key : { ...key, rotation: undefined }
    })
    return undefined
  },
}
