import type { UntagInput, UntagOutput } from '@fairlead/wire/model/generated/resource-groups'
import type { Operation } from '../operation.ts'
import { findGroup, groupCheck } from './named-group.ts'

/** Untag: takes tags from a group; those that it does not have may be named. */
export const untag: Operation<UntagInput, UntagOutput> = {
  service: 'resource-groups',
  name: 'Untag',
  action: 'resource-groups:Untag',
  resources: ({ Arn }, scope) => [groupCheck({ Arn }, scope)],
  requestContext: ({ Keys }) => (Keys.length === 0 ? {} : { 'aws:TagKeys': Keys }),

  async handle({ Arn, Keys }, context) {
    const { name } = await findGroup({ Arn }, context)
    await context.store.tags.removeTags({ type: 'ResourceGroup', id: name }, Keys)
    return { Arn, Keys }
  },
}
