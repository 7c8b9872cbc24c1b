import type { ListPolicyTagsRequest, ListPolicyTagsResponse } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { findPolicy } from './find.ts'
import { listed, pageOf, pageRequest } from './page.ts'
import { listTags } from './tags.ts'

/** ListPolicyTags: the tags of a managed policy, in the order of keys. */
export const listPolicyTags: Operation<ListPolicyTagsRequest, ListPolicyTagsResponse> = {
  service: 'iam',
  name: 'ListPolicyTags',
  action: 'iam:ListPolicyTags',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn, ...listing }, context) {
    const { tags } = await findPolicy(context, PolicyArn)
    const page = pageOf(listTags(tags), pageRequest(listing), ({ Key }) => Key)
    return { Tags: page.items, ...listed(page) }
  },
}
