import type { EnableKeyRequest } from '@fairlead/wire/model/generated/kms'
import type { Operation } from '../operation.ts'
import { changeKey } from './change-key.ts'
import { authorizedKey } from './key-access.ts'
import { requireStaying } from './key-state.ts'

export const enableKey: Operation<EnableKeyRequest, undefined> = {
  service: 'kms',
  name: 'EnableKey',
  action: 'kms:EnableKey',

  resources: () => [],

  async handle({ KeyId }, context) {
    await changeKey(context, await authorizedKey(context, KeyId), (key) => {
      requireStaying(key, context.scope)
      return key.state === 'Enabled' ? key : { ...key, state: 'Enabled' }
    })
    return undefined
  },
}
