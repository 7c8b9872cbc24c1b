import type { ListPoliciesRequest, ListPoliciesResponse } from '@fairlead/wire/model/generated/iam'
import { policyArn } from '../../domain/arn.ts'
import type { Operation } from '../operation.ts'
import { describePolicy } from './describe.ts'
import { listed, pageRequest } from './page.ts'

/** ListPolicies: AWS's managed policies, as far as we carry them, and this account's. */
export const listPolicies: Operation<ListPoliciesRequest, ListPoliciesResponse> = {
  service: 'iam',
  name: 'ListPolicies',
  action: 'iam:ListPolicies',

  // The path, although the reference knows no resource: AWS's own samples allow it on `arn:aws:iam::*:*`.
  resources: ({ PathPrefix = '/' }, scope) => [{ resource: policyArn(scope, PathPrefix, '') }],

  async handle({ Scope = 'All', OnlyAttached, PathPrefix, PolicyUsageFilter, ...listing }, { store }) {
    const owner = Scope === 'All' ? undefined : Scope
    const onlyBoundaries = PolicyUsageFilter === 'PermissionsBoundary'
    // A boundary is not attached (DetachUserPolicy does not take it away), so it need not be attached as well.
    const onlyAttached = OnlyAttached === true && !onlyBoundaries
    const filter = { owner, onlyAttached, onlyBoundaries, pathPrefix: PathPrefix }
    const page = await store.identities.policies.listPolicies(filter, pageRequest(listing))
    return { Policies: page.items.map(describePolicy), ...listed(page) }
  },
}
