import type { DisableKeyRequest } from '@fairlead/wire/model/generated/kms'
import type { Operation } from '../operation.ts'
import { changeKey } from './change-key.ts'
import { authorizedKey } from './key-access.ts'
import { requireStaying } from './key-state.ts'

/** DisableKey: from the next request on nothing is encrypted or decrypted under it. */
export const disableKey: Operation<DisableKeyRequest, undefined> = {
  service: 'kms',
  name: 'DisableKey',
  action: 'kms:DisableKey',

  resources: () => [],

  async handle({ KeyId }, context) {
    await changeKey(context, await authorizedKey(context, KeyId), (key) => {
      requireStaying(key, context.scope)
      return key.state === 'Disabled' ? key : { ...key, state: 'Disabled' }
    })
    return undefined
  },
}
