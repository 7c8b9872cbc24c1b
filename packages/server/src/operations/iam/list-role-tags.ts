import type { ListRoleTagsRequest, ListRoleTagsResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { roleCheck } from './check.ts'
import { findRole } from './find.ts'
import { listed, pageOf, pageRequest } from './page.ts'
import { listTags } from './tags.ts'

/** ListRoleTags: the tags of a role, in the order of keys. */
export const listRoleTags: Operation<ListRoleTagsRequest, ListRoleTagsResponse> = {
  service: 'iam',
  name: 'ListRoleTags',
  action: 'iam:ListRoleTags',

  resources: ({ RoleName }, scope) => [roleCheck(scope, RoleName)],

  async handle({ RoleName, ...listing }, context) {
    const { tags } = await findRole(context, RoleName)
    const page = pageOf(listTags(tags), pageRequest(listing), ({ Key }) => Key)
    return { Tags: page.items, ...listed(page) }
  },
}
