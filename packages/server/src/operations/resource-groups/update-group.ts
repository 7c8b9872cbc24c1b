import type { UpdateGroupInput, UpdateGroupOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { describeGroup } from './described-group.ts'
import { changeGroup, groupCheck } from './named-group.ts'

/** UpdateGroup: what is said of a group. What is left out stays; its name cannot be changed. */
export const updateGroup: Operation<UpdateGroupInput, UpdateGroupOutput> = {
  service: 'resource-groups',
  name: 'UpdateGroup',
  action: 'resource-groups:UpdateGroup',
  resources: (input, scope) => [groupCheck(input, scope)],

  async handle(input, context) {
    const { Description: description, Criticality: criticality, Owner: owner, DisplayName: displayName } = input
    const group = await changeGroup(input, { description, criticality, owner, displayName }, context)
    return { Group: describeGroup(group, context.scope) }
  },
}
