import type { GetGroupInput, GetGroupOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { describeGroup } from './described-group.ts'
import { findGroup, groupCheck } from './named-group.ts'

/** GetGroup: a group without its query. */
export const getGroup: Operation<GetGroupInput, GetGroupOutput> = {
  service: 'resource-groups',
  name: 'GetGroup',
  action: 'resource-groups:GetGroup',
  resources: (input, scope) => [groupCheck(input, scope)],

  async handle(input, context) {
    return { Group: describeGroup(await findGroup(input, context), context.scope) }
  },
}
