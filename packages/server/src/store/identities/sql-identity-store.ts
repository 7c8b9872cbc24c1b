import type { Scope } from '../../domain/scope.ts'
import type { Database } from '../database.ts'
import type { IdentityStore } from '../identity-store.ts'
import type { Vault } from '../vault.ts'
import { AccountRows } from './account-rows.ts'
import { AwsManagedPolicies } from './aws-managed-policies.ts'
import { SqlAccessKeyStore } from './sql-access-key-store.ts'
import { SqlAccountStore } from './sql-account-store.ts'
import { SqlAttachmentStore } from './sql-attachment-store.ts'
import { SqlBoundaryStore } from './sql-boundary-store.ts'
import { SqlCredentialStore } from './sql-credential-store.ts'
import { SqlGroupStore } from './sql-group-store.ts'
import { SqlInlinePolicyStore } from './sql-inline-policy-store.ts'
import { SqlInstanceProfileStore } from './sql-instance-profile-store.ts'
import { SqlLoginProfileStore } from './sql-login-profile-store.ts'
import { SqlMfaDeviceStore } from './sql-mfa-device-store.ts'
import { SqlOidcProviderStore } from './sql-oidc-provider-store.ts'
import { SqlPolicyStore } from './sql-policy-store.ts'
import { SqlRoleStore } from './sql-role-store.ts'
import { SqlUserStore } from './sql-user-store.ts'

/** The identities of one account in a database. One of these per process: it counts the generations. */
export class SqlIdentityStore implements IdentityStore {
  readonly users: SqlUserStore
  readonly groups: SqlGroupStore
  readonly roles: SqlRoleStore
  readonly instanceProfiles: SqlInstanceProfileStore
  readonly policies: SqlPolicyStore
  readonly inlinePolicies: SqlInlinePolicyStore
  readonly attachments: SqlAttachmentStore
  readonly boundaries: SqlBoundaryStore
  readonly accessKeys: SqlAccessKeyStore
  readonly mfaDevices: SqlMfaDeviceStore
  readonly loginProfiles: SqlLoginProfileStore
  readonly oidcProviders: SqlOidcProviderStore
  readonly credentials: SqlCredentialStore
  readonly account: SqlAccountStore
  readonly #rows: AccountRows

  constructor({
    database,
    scope,
    vault,
  }: { readonly database: Database; readonly scope: Scope; readonly vault: Vault }) {
    const awsManaged = new AwsManagedPolicies()
    this.#rows = new AccountRows(database, scope.account)
    this.users = new SqlUserStore(this.#rows, awsManaged)
    this.groups = new SqlGroupStore(this.#rows)
    this.roles = new SqlRoleStore(this.#rows, awsManaged)
    this.instanceProfiles = new SqlInstanceProfileStore(this.#rows)
    this.policies = new SqlPolicyStore(this.#rows, awsManaged)
    this.inlinePolicies = new SqlInlinePolicyStore(this.#rows)
    this.attachments = new SqlAttachmentStore(this.#rows, awsManaged)
    this.boundaries = new SqlBoundaryStore(this.#rows, awsManaged)
    this.account = new SqlAccountStore(this.#rows)
    this.accessKeys = new SqlAccessKeyStore(this.#rows, vault)
    this.credentials = new SqlCredentialStore(this.#rows)
    this.oidcProviders = new SqlOidcProviderStore(this.#rows)
    this.loginProfiles = new SqlLoginProfileStore(this.#rows)
    this.mfaDevices = new SqlMfaDeviceStore(this.#rows, vault)
  }

  generation(): number {
    return this.#rows.generation
  }
}
