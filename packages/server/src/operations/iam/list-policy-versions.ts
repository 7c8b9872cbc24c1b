import type { ListPolicyVersionsRequest, ListPolicyVersionsResponse } from '@fairlead/wire/model/generated/iam'
import type { PolicyVersion } from '../../domain/managed-policy.ts'
import type { Operation } from '../operation.ts'
import { policyCheck } from './check.ts'
import { describeVersion } from './describe.ts'
import { findPolicy } from './find.ts'
import { listed, pageOf, pageRequest } from './page.ts'

/** ListPolicyVersions: newest first, without their texts. */
export const listPolicyVersions: Operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse> = {
  service: 'iam',
  name: 'ListPolicyVersions',
  action: 'iam:ListPolicyVersions',

  resources: ({ PolicyArn }) => [policyCheck(PolicyArn)],

  async handle({ PolicyArn, ...listing }, context) {
    await findPolicy(context, PolicyArn)
    const versions = await context.store.identities.policies.listVersions(PolicyArn)
    const page = pageOf(versions, pageRequest(listing), newestFirst)
    return { Versions: page.items.map(describeVersion), ...listed(page) }
  },
}

/** A key that sorts v10 before v9. */
function newestFirst({ versionId }: PolicyVersion): string {
  return String(1_000_000_000 - Number(versionId.slice(1))).padStart(10, '0')
}
