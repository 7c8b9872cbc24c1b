import type { DeleteGroupInput, DeleteGroupOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { describeGroup } from './described-group.ts'
import { findGroup, groupCheck } from './named-group.ts'

/** DeleteGroup: its members are not touched. */
export const deleteGroup: Operation<DeleteGroupInput, DeleteGroupOutput> = {
  service: 'resource-groups',
  name: 'DeleteGroup',
  action: 'resource-groups:DeleteGroup',
  resources: (input, scope) => [groupCheck(input, scope)],

  async handle(input, context) {
    const group = await findGroup(input, context)
    await context.store.resourceGroups.deleteGroup(group.name)
    return { Group: describeGroup(group, context.scope) }
  },
}
