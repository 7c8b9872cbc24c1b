import type { TagResourceRequest } from '@fairlead/wire/model/generated/kms'
import { keyArn } from '../../domain/kms-key.ts'
import { tagsPerResource } from '../../domain/tag.ts'
import type { Operation } from '../operation.ts'
import { authorizedKey } from './key-access.ts'
import { requireStaying } from './key-state.ts'
import { keyNotFound } from './named-key.ts'
import { readTags, requestTagKeys, tooManyTags } from './tags.ts'

/** TagResource: adds tags, and overwrites those whose key is there already. */
export const tagResource: Operation<TagResourceRequest, undefined> = {
  service: 'kms',
  name: 'TagResource',
  action: 'kms:TagResource',

  resources: () => [],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ KeyId, Tags }, context) {
    const key = await authorizedKey(context, KeyId)
    requireStaying(key, context.scope)
    const resource = { type: 'Key', id: key.keyId } as const
    const outcome = await context.store.tags.addTags(resource, readTags(Tags), tagsPerResource)
    if (outcome === 'too-many') throw tooManyTags()
    if (outcome === 'gone') throw keyNotFound(keyArn(context.scope, key.keyId))
    return undefined
  },
}
