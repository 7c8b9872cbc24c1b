import { ServiceError } from '../../domain/error.ts'
import { type TrustChange, withPrincipal } from '../../domain/trust-principal.ts'
import type { Context } from '../operation.ts'

/** How often a change is tried again when somebody else changed a trust policy in between. */
const mostTries = 5

/**
 * Does something to a user or role, and lets the trust policies that name it know, in one write. IAM binds a trust to the
 * principal and not to its name: it follows a rename, and whoever takes the name of one that is gone is not trusted
 * (IAM user guide, "Principal").
 *
 * @param from the ARN that trust policies may name
 * @param to the ARN that it has from now on, or the id of one that goes
 */
export async function withTrusts<Answer extends string>(
  context: Context,
  { from, to, roleId }: { readonly from: string; readonly to: string; readonly roleId?: string },
  act: (trusts: readonly TrustChange[]) => Promise<Answer | 'trusts-changed'>,
): Promise<Answer> {
  for (let tries = 0; tries < mostTries; tries++) {
    const changes = await trustsIn(context, from, to)
    // A role may trust itself; it goes with its trust.
    const answer = await act(changes.filter((change) => change.roleId !== roleId))
    if (answer !== 'trusts-changed') return answer
  }
  throw new ServiceError('ConcurrentModification', 'The trust policies are being changed by others. Try again.')
}

async function trustsIn({ store }: Context, from: string, to: string): Promise<readonly TrustChange[]> {
  if (from === to) return []
  const changes: TrustChange[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await store.identities.roles.listRoles({ limit: 100, after })
    for (const { roleId, trustPolicy } of page.items) {
      const changed = withPrincipal(trustPolicy, from, to)
      if (changed !== undefined) changes.push({ roleId, from: trustPolicy, to: changed })
    }
    after = page.next
  }
  return changes
}
