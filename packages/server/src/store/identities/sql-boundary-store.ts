import type { AccountRows } from './account-rows.ts'
import type { AwsManagedPolicies } from './aws-managed-policies.ts'
import type { BoundaryStore } from './boundary-store.ts'

export class SqlBoundaryStore implements BoundaryStore {
  readonly #rows: AccountRows
  readonly #awsManaged: AwsManagedPolicies

  constructor(rows: AccountRows, awsManaged: AwsManagedPolicies) {
    this.#rows = rows
    this.#awsManaged = awsManaged
  }

  async setBoundary(ownerId: string, policyArn: string): Promise<'set' | 'no-owner' | 'no-policy'> {
    const { account } = this.#rows
    const isAws = this.#awsManaged.find(policyArn) ? 1 : 0
    const params = [account, ownerId, policyArn, isAws]
    const there = '($4 = 1 OR EXISTS (SELECT 1 FROM iam_policies WHERE account = $1 AND arn = $3))'
    const results = await this.#rows.changeAll([
      { sql: `UPDATE iam_users SET boundary_arn = $3 WHERE account = $1 AND user_id = $2 AND ${there}`, params },
      { sql: `UPDATE iam_roles SET boundary_arn = $3 WHERE account = $1 AND role_id = $2 AND ${there}`, params },
    ])
    if (results.some(({ changes }) => changes === 1)) return 'set'
    return (await this.#hasOwner(ownerId)) ? 'no-policy' : 'no-owner'
  }

  async removeBoundary(ownerId: string): Promise<boolean> {
    const params = [this.#rows.account, ownerId]
    const results = await this.#rows.changeAll([
      { sql: 'UPDATE iam_users SET boundary_arn = NULL WHERE account = $1 AND user_id = $2', params },
      { sql: 'UPDATE iam_roles SET boundary_arn = NULL WHERE account = $1 AND role_id = $2', params },
    ])
    return results.some(({ changes }) => changes === 1)
  }

  async #hasOwner(ownerId: string): Promise<boolean> {
    const rows = await this.#rows.read(
      `SELECT user_id FROM iam_users WHERE account = $1 AND user_id = $2
       UNION ALL SELECT role_id FROM iam_roles WHERE account = $1 AND role_id = $2`,
      ownerId,
    )
    return rows.length > 0
  }
}
