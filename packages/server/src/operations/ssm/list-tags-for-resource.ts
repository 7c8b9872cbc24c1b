import type { InputOf, OutputOf } from '@fairlead/wire/codec'
import type { Operation } from '../operation.ts'
import { requireTaggable, taggingCheck } from './tagged-resource.ts'
import { describeTags } from './tags.ts'

type Input = InputOf<'ssm', 'ListTagsForResource'>
type Output = OutputOf<'ssm', 'ListTagsForResource'>

export const listTagsForResource: Operation<Input, Output> = {
  service: 'ssm',
  name: 'ListTagsForResource',
  action: 'ssm:ListTagsForResource',

  resources: (input, scope) => [taggingCheck(input, scope)],

  async handle(input, context) {
    const resource = await requireTaggable(input, context)
    return { TagList: describeTags(await context.store.tags.tagsOf(resource)) }
  },
}
