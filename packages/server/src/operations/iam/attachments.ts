import type { AttachedPolicy } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import { attachmentsPerPrincipal } from '../../domain/managed-policy.ts'
import type { Context } from '../operation.ts'
import { noSuchPolicy } from './find.ts'
import { type Listed, type Listing, listed, pageOf, pageRequest } from './page.ts'
import type { PolicyOwner } from './policy-owner.ts'

const quotas = { user: 'PoliciesPerUser', group: 'PoliciesPerGroup', role: 'PoliciesPerRole' } as const

export async function attachPolicy(context: Context, owner: PolicyOwner, policyArn: string): Promise<void> {
  const answer = await context.store.identities.attachments.attach(owner.id, policyArn, attachmentsPerPrincipal)
  if (answer === 'not-found') {
    throw new ServiceError('NoSuchEntity', `Policy ${policyArn} does not exist or is not attachable.`)
  }
  if (answer === 'too-many') {
    throw new ServiceError('LimitExceeded', `Cannot exceed quota for ${quotas[owner.kind]}: ${attachmentsPerPrincipal}`)
  }
}

export async function detachPolicy(context: Context, owner: PolicyOwner, policyArn: string): Promise<void> {
  if (!(await context.store.identities.attachments.detach(owner.id, policyArn))) throw noSuchPolicy(policyArn)
}

export async function listAttachedPolicies(
  context: Context,
  owner: PolicyOwner,
  { PathPrefix = '/', ...listing }: Listing & { readonly PathPrefix?: string | undefined },
): Promise<Listed & { readonly AttachedPolicies: readonly AttachedPolicy[] }> {
  const attached = await context.store.identities.attachments.listAttached(owner.id)
  const underPath = attached.filter(({ policyArn }) => pathOf(policyArn).startsWith(PathPrefix))
  const page = pageOf(underPath, pageRequest(listing), ({ policyArn }) => policyArn)
  const AttachedPolicies = page.items.map(({ policyName, policyArn }) => ({
    PolicyName: policyName,
    PolicyArn: policyArn,
  }))
  return { AttachedPolicies, ...listed(page) }
}

/** `/service-role/` of `arn:aws:iam::aws:policy/service-role/NAME`. */
function pathOf(policyArn: string): string {
  return policyArn.slice(policyArn.indexOf('/'), policyArn.lastIndexOf('/') + 1)
}
