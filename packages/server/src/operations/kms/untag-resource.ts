import type { UntagResourceRequest } from '@fairlead/wire/model/generated/kms'
import { ServiceError } from '../../domain/error.ts'
import { tagsPerResource } from '../../domain/tag.ts'
import type { Operation } from '../operation.ts'
import { authorizedKey } from './key-access.ts'
import { requireStaying } from './key-state.ts'

export const untagResource: Operation<UntagResourceRequest, undefined> = {
  service: 'kms',
  name: 'UntagResource',
  action: 'kms:UntagResource',

  resources: () => [],
  requestContext: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),

  async handle({ KeyId, TagKeys }, context) {
    const key = await authorizedKey(context, KeyId)
    requireStaying(key, context.scope)
    if (TagKeys.length > tagsPerResource) {
      throw new ServiceError('TagException', `A key has ${tagsPerResource} tags at most.`)
    }
    await context.store.tags.removeTags({ type: 'Key', id: key.keyId }, TagKeys)
    return undefined
  },
}
