import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { requireTaggable, taggingCheck } from './tagged-resource.ts'

type Input = InputOf<'ssm', 'RemoveTagsFromResource'>
type Output = OutputOf<'ssm', 'RemoveTagsFromResource'>

/** RemoveTagsFromResource: keys that are not there are no error. */
export const removeTagsFromResource: Operation<Input, Output> = {
  service: 'ssm',
  name: 'RemoveTagsFromResource',
  action: 'ssm:RemoveTagsFromResource',

  resources: (input, scope) => [taggingCheck(input, scope)],
  requestContext: ({ TagKeys }) => (TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),

  async handle(input, context) {
    const resource = await requireTaggable(input, context)
    // The request may name any number of keys, the resource has few.
    const present = await context.store.tags.tagsOf(resource)
    const keys = new Set(input.TagKeys)
    await context.store.tags.removeTags(
      resource,
      Object.keys(present).filter((key) => keys.has(key)),
    )
    return {}
  },
}
