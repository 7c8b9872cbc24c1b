import type { AccessKeyStore } from './identities/access-key-store.ts'
import type { AccountStore } from './identities/account-store.ts'
import type { AttachmentStore } from './identities/attachment-store.ts'
import type { BoundaryStore } from './identities/boundary-store.ts'
import type { CredentialStore } from './identities/credential-store.ts'
import type { GroupStore } from './identities/group-store.ts'
import type { InlinePolicyStore } from './identities/inline-policy-store.ts'
import type { InstanceProfileStore } from './identities/instance-profile-store.ts'
import type { LoginProfileStore } from './identities/login-profile-store.ts'
import type { MfaDeviceStore } from './identities/mfa-device-store.ts'
import type { OidcProviderStore } from './identities/oidc-provider-store.ts'
import type { PolicyStore } from './identities/policy-store.ts'
import type { RoleStore } from './identities/role-store.ts'
import type { UserStore } from './identities/user-store.ts'

/** A user or a role by its name: who acts, bound by policies. */
export interface PrincipalName {
  readonly kind: 'user' | 'role'
  readonly name: string
}

/** Whom policies hang on, by name. */
export interface PolicyHolder {
  readonly kind: PrincipalName['kind'] | 'group'
  readonly name: string
}

/** What an operation of IAM touches, by its name; managed policies, MFA devices and issuers by their ARNs. */
export interface IdentityName {
  readonly kind: PrincipalName['kind'] | 'group' | 'instance-profile' | 'policy' | 'mfa-device' | 'oidc-provider'
  readonly name: string
}

/** The text of one policy that binds a principal; `key` names this very version of it, for caches of compiled policies. */
export interface BindingPolicy {
  readonly key: string
  readonly name: string
  readonly arn?: string | undefined
  readonly document: string
  /** Whose inline policy it is; a managed one belongs to nobody. */
  readonly owner?: { readonly kind: 'user' | 'group' | 'role'; readonly name: string } | undefined
}

/** Who there is and what they may do. IAM is global: these are the account's, whatever the region. */
export interface IdentityStore {
  readonly users: UserStore
  readonly groups: GroupStore
  readonly roles: RoleStore
  readonly instanceProfiles: InstanceProfileStore
  readonly policies: PolicyStore
  readonly inlinePolicies: InlinePolicyStore
  readonly attachments: AttachmentStore
  readonly boundaries: BoundaryStore
  readonly accessKeys: AccessKeyStore
  readonly mfaDevices: MfaDeviceStore
  readonly loginProfiles: LoginProfileStore
  readonly oidcProviders: OidcProviderStore
  readonly credentials: CredentialStore
  readonly account: AccountStore
  /**
   * Grows with every change to users, roles, policies or keys, so that what was looked up and
   * compiled may be kept for as long as it stays the same. The recorded use of a key is no change.
   */
  generation(): number
}
