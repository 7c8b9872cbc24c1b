import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import { ServiceError } from '../../domain/error.ts'
import { tagsPerResource } from '../../domain/tag.ts'
import { requestTagKeys } from '../iam/tags.ts'
import type { Operation } from '../operation.ts'
import { noResource, requireTaggable, taggingCheck } from './tagged-resource.ts'
import { readTags } from './tags.ts'

type Input = InputOf<'ssm', 'AddTagsToResource'>
type Output = OutputOf<'ssm', 'AddTagsToResource'>

/** AddTagsToResource: adds tags, and overwrites those whose key is there already. */
export const addTagsToResource: Operation<Input, Output> = {
  service: 'ssm',
  name: 'AddTagsToResource',
  action: 'ssm:AddTagsToResource',

  resources: (input, scope) => [taggingCheck(input, scope)],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle(input, context) {
    const resource = await requireTaggable(input, context)
    const tags = readTags(input.Tags)
    const outcome =
      input.Tags.length > tagsPerResource
        ? 'too-many'
        : await context.store.tags.addTags(resource, tags, tagsPerResource)
    if (outcome === 'added') return {}
    if (outcome === 'gone') throw noResource(input)
    throw new ServiceError('TooManyTagsError', `A resource can have ${tagsPerResource} tags at most.`)
  },
}
