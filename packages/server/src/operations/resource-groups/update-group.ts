import type { UpdateGroupInput, UpdateGroupOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { describeGroup } from './described-group.ts'
import { findGroup, groupCheck, saveGroup } from './named-group.ts'

/** UpdateGroup: what is said of a group. What is left out stays; its name cannot be changed. */
export const updateGroup: Operation<UpdateGroupInput, UpdateGroupOutput> = {
  service: 'resource-groups',
  name: 'UpdateGroup',
  action: 'resource-groups:UpdateGroup',
  resources: (input, scope) => [groupCheck(input, scope)],

  async handle(input, context) {
    const group = await findGroup(input, context)
    const next = {
      ...group,
      description: input.Description ?? group.description,
      criticality: input.Criticality ?? group.criticality,
      owner: input.Owner ?? group.owner,
      displayName: input.DisplayName ?? group.displayName,
    }
    await saveGroup(next, context)
    return { Group: describeGroup(next, context.scope) }
  },
}
