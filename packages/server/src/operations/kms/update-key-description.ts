import type { UpdateKeyDescriptionRequest } from '@fairlead/wire/model/generated/kms'
import type { Operation } from '../operation.ts'
import { changeKey } from './change-key.ts'
import { authorizedKey } from './key-access.ts'
import { requireStaying } from './key-state.ts'

export const updateKeyDescription: Operation<UpdateKeyDescriptionRequest, undefined> = {
  service: 'kms',
  name: 'UpdateKeyDescription',
  action: 'kms:UpdateKeyDescription',

  resources: () => [],

  async handle({ KeyId, Description: description }, context) {
    await changeKey(context, await authorizedKey(context, KeyId), (key) => {
      requireStaying(key, context.scope)
      return { ...key, description }
    })
    return undefined
  },
}
