import type { GetGroupQueryInput, GetGroupQueryOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { findGroup, groupCheck } from './named-group.ts'
import { describeQuery } from './resource-query.ts'

/** GetGroupQuery: the query of a group, as its author wrote it. */
export const getGroupQuery: Operation<GetGroupQueryInput, GetGroupQueryOutput> = {
  service: 'resource-groups',
  name: 'GetGroupQuery',
  action: 'resource-groups:GetGroupQuery',
  resources: (input, scope) => [groupCheck(input, scope)],

  async handle(input, context) {
    const { name, query } = await findGroup(input, context)
    return { GroupQuery: { GroupName: name, ResourceQuery: describeQuery(query) } }
  },
}
