import type { AccessKeyStore } from './identities/access-key-store.ts'
import type { AttachmentStore } from './identities/attachment-store.ts'
import type { InlinePolicyStore } from './identities/inline-policy-store.ts'
import type { PolicyStore } from './identities/policy-store.ts'
import type { RoleStore } from './identities/role-store.ts'
import type { UserStore } from './identities/user-store.ts'

/** A user or a role by its name: what policies attach to. */
export interface PrincipalName {
  readonly kind: 'user' | 'role'
  readonly name: string
}

/** The text of one policy that binds a principal; `key` names this very version of it, for caches of compiled policies. */
export interface BindingPolicy {
  readonly key: string
  readonly name: string
  readonly arn?: string | undefined
  readonly document: string
}

/** Who there is and what they may do. IAM is global: these are the account's, whatever the region. */
export interface IdentityStore {
  readonly users: UserStore
  readonly roles: RoleStore
  readonly policies: PolicyStore
  readonly inlinePolicies: InlinePolicyStore
  readonly attachments: AttachmentStore
  readonly accessKeys: AccessKeyStore
  /**
   * Grows with every change to users, roles, policies or keys, so that what was looked up and
   * compiled may be kept for as long as it stays the same. The recorded use of a key is no change.
   */
  generation(): number
}
