import type { ListUserTagsRequest, ListUserTagsResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userCheck } from './check.ts'
import { findUser } from './find.ts'
import { listed, pageOf, pageRequest } from './page.ts'
import { listTags } from './tags.ts'

/** ListUserTags: the tags of a user, in the order of keys. */
export const listUserTags: Operation<ListUserTagsRequest, ListUserTagsResponse> = {
  service: 'iam',
  name: 'ListUserTags',
  action: 'iam:ListUserTags',

  resources: ({ UserName }, scope) => [userCheck(scope, UserName)],

  async handle({ UserName, ...listing }, context) {
    const { tags } = await findUser(context, UserName)
    const page = pageOf(listTags(tags), pageRequest(listing), ({ Key }) => Key)
    return { Tags: page.items, ...listed(page) }
  },
}
