import type {
  ListInstanceProfileTagsRequest,
  ListInstanceProfileTagsResponse,
} from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { instanceProfileCheck } from './check.ts'
import { findInstanceProfile } from './instance-profiles.ts'
import { listed, pageOf, pageRequest } from './page.ts'
import { listTags } from './tags.ts'

/** ListInstanceProfileTags: the tags of a profile, in the order of keys. */
export const listInstanceProfileTags: Operation<ListInstanceProfileTagsRequest, ListInstanceProfileTagsResponse> = {
  service: 'iam',
  name: 'ListInstanceProfileTags',
  action: 'iam:ListInstanceProfileTags',

  resources: ({ InstanceProfileName }, scope) => [instanceProfileCheck(scope, InstanceProfileName)],

  async handle({ InstanceProfileName, ...listing }, context) {
    const { tags } = await findInstanceProfile(context, InstanceProfileName)
    const page = pageOf(listTags(tags), pageRequest(listing), ({ Key }) => Key)
    return { Tags: page.items, ...listed(page) }
  },
}
