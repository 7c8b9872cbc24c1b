import type { UpdateGroupQueryInput, UpdateGroupQueryOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { changeGroup, groupCheck } from './named-group.ts'
import { describeQuery, readQuery } from './resource-query.ts'

/** UpdateGroupQuery: another query in place of the old one. */
export const updateGroupQuery: Operation<UpdateGroupQueryInput, UpdateGroupQueryOutput> = {
  service: 'resource-groups',
  name: 'UpdateGroupQuery',
  action: 'resource-groups:UpdateGroupQuery',
  resources: (input, scope) => [groupCheck(input, scope)],

  async handle(input, context) {
    const { ResourceQuery: query } = input
    readQuery(query)
    const group = await changeGroup(input, { query: query.Query }, context)
    return { GroupQuery: { GroupName: group.name, ResourceQuery: describeQuery(query.Query) } }
  },
}
