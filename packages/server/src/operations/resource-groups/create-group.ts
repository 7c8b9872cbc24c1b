import type { CreateGroupInput, CreateGroupOutput } from '@fairlead/wire/model/generated/resource-groups'
import { resourceGroupArn } from '../../domain/arn.ts'
import { ServiceError } from '../../domain/error.ts'
import { groupsPerAccount, isReservedGroupName, type ResourceGroup } from '../../domain/resource-group.ts'
import { tagsPerResource } from '../../domain/tag.ts'
import type { Operation } from '../operation.ts'
import { describeGroup } from './described-group.ts'
import { groupTagKeys, readGroupTags, tooManyTags } from './group-tags.ts'
import { describeQuery, readQuery } from './resource-query.ts'

/** CreateGroup: a group is a query over tags; who is in it is asked each time. */
export const createGroup: Operation<CreateGroupInput, CreateGroupOutput> = {
  service: 'resource-groups',
  name: 'CreateGroup',
  action: 'resource-groups:CreateGroup',
  resources: ({ Name, Tags = {} }, scope) => [
    { resource: '*' },
    ...(Object.keys(Tags).length > 0
      ? [{ action: 'resource-groups:Tag', resource: resourceGroupArn(scope, Name) }]
      : []),
  ],
  requestContext: ({ Tags }) => groupTagKeys(Tags),

  async handle(input, { store, scope, now }) {
    const { Name: name, ResourceQuery: query, Configuration: configuration = [] } = input
    const tags = readGroupTags(input.Tags)
    if (Object.keys(tags).length > tagsPerResource) throw tooManyTags()
    if (configuration.length > 0) {
      throw new ServiceError('BadRequestException', 'Configuration is not served: a group here is a query over tags.')
    }
    if (query === undefined) throw new ServiceError('BadRequestException', 'ResourceQuery must be given.')
    if (isReservedGroupName(name)) {
      throw new ServiceError('BadRequestException', 'Names that begin with AWS are reserved.')
    }
    readQuery(query)
    const group: ResourceGroup = {
      name,
      description: input.Description ?? '',
      query: query.Query,
      createdAt: now(),
      criticality: input.Criticality,
      owner: input.Owner,
      displayName: input.DisplayName,
    }
    const outcome = await store.resourceGroups.addGroup(group, tags, groupsPerAccount)
    if (outcome === 'exists') {
      throw new ServiceError('BadRequestException', `Cannot create group: group already exists: ${name}`)
    }
    if (outcome === 'too-many') {
      throw new ServiceError(
        'BadRequestException',
        `There are ${groupsPerAccount} groups already: no more can be made.`,
      )
    }
    return { Group: describeGroup(group, scope), ResourceQuery: describeQuery(group.query), Tags: tags }
  },
}
