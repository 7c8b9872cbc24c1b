import type { GetTagsInput, GetTagsOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { findGroup, groupCheck } from './named-group.ts'

/** GetTags: the tags of a group. */
export const getTags: Operation<GetTagsInput, GetTagsOutput> = {
  service: 'resource-groups',
  name: 'GetTags',
  action: 'resource-groups:GetTags',
  resources: ({ Arn }, scope) => [groupCheck({ Arn }, scope)],

  async handle({ Arn }, context) {
    const { name } = await findGroup({ Arn }, context)
    return { Arn, Tags: await context.store.tags.tagsOf({ type: 'ResourceGroup', id: name }) }
  },
}
