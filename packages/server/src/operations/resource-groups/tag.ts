import type { TagInput, TagOutput } from '@fairlead/wire/model/generated/resource-groups'
import { tagsPerResource } from '../../domain/tag.ts'
import type { Operation } from '../operation.ts'
import { groupTagKeys, readGroupTags, tooManyTags } from './group-tags.ts'
import { findGroup, groupCheck, noGroup } from './named-group.ts'

/** Tag: adds tags to a group or overwrites their values. They are the group's own, not its members'. */
export const tag: Operation<TagInput, TagOutput> = {
  service: 'resource-groups',
  name: 'Tag',
  action: 'resource-groups:Tag',
  resources: ({ Arn }, scope) => [groupCheck({ Arn }, scope)],
  requestContext: ({ Tags }) => groupTagKeys(Tags),

  async handle({ Arn, Tags }, context) {
    const { name } = await findGroup({ Arn }, context)
    const tags = readGroupTags(Tags)
    const outcome = await context.store.tags.addTags({ type: 'ResourceGroup', id: name }, tags, tagsPerResource)
    if (outcome === 'too-many') throw tooManyTags()
    if (outcome === 'gone') throw noGroup(name)
    return { Arn, Tags: tags }
  },
}
