import { ServiceError } from '../../domain/error.ts'
import type { InlinePolicy } from '../../store/identities/inline-policy-store.ts'
import type { Context } from '../operation.ts'
import { type Listed, type Listing, listed, pageOf, pageRequest } from './page.ts'
import { checkDocument } from './policy-document.ts'
import type { PolicyOwner } from './policy-owner.ts'

/** Characters of all inline policies of one owner together, white space aside (IAM quotas). */
const longest = { user: 2_048, group: 5_120, role: 10_240 } as const

export async function putInlinePolicy(context: Context, owner: PolicyOwner, policy: InlinePolicy): Promise<void> {
  const { inlinePolicies } = context.store.identities
  const tooLong = `Maximum policy size of ${longest[owner.kind]} bytes exceeded for ${owner.kind} ${owner.name}`
  checkDocument(policy.document, owner.kind, tooLong)
  const answer = await inlinePolicies.putInlinePolicy(owner.id, policy, longest[owner.kind])
  if (answer === 'too-long') throw new ServiceError('LimitExceeded', tooLong)
  if (answer === 'no-owner') {
    throw new ServiceError('NoSuchEntity', `The ${owner.kind} with name ${owner.name} cannot be found.`)
  }
}

export async function findInlinePolicy(
  context: Context,
  owner: PolicyOwner,
  policyName: string,
): Promise<InlinePolicy> {
  const policy = await context.store.identities.inlinePolicies.findInlinePolicy(owner.id, policyName)
  if (!policy) throw noSuchInlinePolicy(owner, policyName)
  return policy
}

export async function removeInlinePolicy(context: Context, owner: PolicyOwner, policyName: string): Promise<void> {
  const removed = await context.store.identities.inlinePolicies.removeInlinePolicy(owner.id, policyName)
  if (!removed) throw noSuchInlinePolicy(owner, policyName)
}

export async function listInlinePolicyNames(
  context: Context,
  owner: PolicyOwner,
  listing: Listing,
): Promise<Listed & { readonly PolicyNames: readonly string[] }> {
  const policies = await context.store.identities.inlinePolicies.listInlinePolicies(owner.id)
  const page = pageOf(policies, pageRequest(listing), ({ policyName }) => policyName)
  return { PolicyNames: page.items.map(({ policyName }) => policyName), ...listed(page) }
}

function noSuchInlinePolicy({ kind }: PolicyOwner, policyName: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The ${kind} policy with name ${policyName} cannot be found.`)
}
