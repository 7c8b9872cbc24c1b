import { ConflictError } from '../database.ts'
import { number, text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { AccountCounts, AccountStore } from './account-store.ts'

export class SqlAccountStore implements AccountStore {
  readonly #rows: AccountRows

  constructor(rows: AccountRows) {
    this.#rows = rows
  }

  async findAlias(): Promise<string | undefined> {
    const [row] = await this.#rows.read('SELECT alias FROM iam_account_aliases WHERE account = $1')
    return row && text(row, 'alias')
  }

  async setAlias(alias: string): Promise<'set' | 'taken'> {
    try {
      await this.#rows.change(
        `INSERT INTO iam_account_aliases (account, alias) VALUES ($1, $2)
         ON CONFLICT (account) DO UPDATE SET alias = excluded.alias`,
        alias,
      )
      return 'set'
    } catch (error) {
      if (error instanceof ConflictError) return 'taken'
      throw error
    }
  }

  async removeAlias(alias: string): Promise<boolean> {
    return (await this.#rows.change('DELETE FROM iam_account_aliases WHERE account = $1 AND alias = $2', alias)) === 1
  }

  async counts(): Promise<AccountCounts> {
    const [row = {}] = await this.#rows.read(
      `SELECT
         (SELECT COUNT(*) FROM iam_users WHERE account = $1) AS users,
         (SELECT COUNT(*) FROM iam_groups WHERE account = $1) AS user_groups,
         (SELECT COUNT(*) FROM iam_roles WHERE account = $1) AS roles,
         (SELECT COUNT(*) FROM iam_instance_profiles WHERE account = $1) AS instance_profiles,
         (SELECT COUNT(*) FROM iam_policies WHERE account = $1) AS policies,
         (SELECT COUNT(*) FROM iam_policy_versions WHERE account = $1) AS policy_versions,
         (SELECT COUNT(*) FROM iam_oidc_providers WHERE account = $1) AS oidc_providers,
         (SELECT COUNT(*) FROM iam_mfa_devices WHERE account = $1) AS mfa_devices,
         (SELECT COUNT(*) FROM iam_mfa_devices WHERE account = $1 AND owner_id IS NOT NULL) AS mfa_in_use,
         (SELECT COUNT(*) FROM iam_access_keys WHERE account = $1 AND owner_id = 'root') AS root_keys`,
    )
    return {
      users: number(row, 'users'),
      groups: number(row, 'user_groups'),
      roles: number(row, 'roles'),
      instanceProfiles: number(row, 'instance_profiles'),
      policies: number(row, 'policies'),
      policyVersions: number(row, 'policy_versions'),
      rootKeys: number(row, 'root_keys'),
      mfaDevices: number(row, 'mfa_devices'),
      mfaDevicesInUse: number(row, 'mfa_in_use'),
      oidcProviders: number(row, 'oidc_providers'),
    }
  }
}
