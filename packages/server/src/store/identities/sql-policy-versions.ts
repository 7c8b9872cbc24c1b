import type { PolicyVersion } from '../../domain/managed-policy.ts'
import { ConflictError, type Row } from '../database.ts'
import { date, number, text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { PolicyStore } from './policy-store.ts'

const idOfArn = '(SELECT policy_id FROM iam_policies WHERE account = $1 AND arn = $2)'

/** The versions of this account's managed policies. AWS's never come here. */
export class SqlPolicyVersions {
  readonly #rows: AccountRows

  constructor(rows: AccountRows) {
    this.#rows = rows
  }

  /** Newest first. */
  async list(arn: string): Promise<readonly PolicyVersion[]> {
    const rows = await this.#rows.read(
      `SELECT v.version, v.document, v.created_at, p.default_version FROM iam_policies p
       JOIN iam_policy_versions v ON v.account = p.account AND v.policy_id = p.policy_id
       WHERE p.account = $1 AND p.arn = $2 ORDER BY v.version DESC`,
      arn,
    )
    return rows.map(versionOf)
  }

  async add(
    arn: string,
    { document, createdAt, asDefault }: Parameters<PolicyStore['addVersion']>[1],
    limit: number,
  ): Promise<PolicyVersion | 'not-found' | 'too-many'> {
    const { account } = this.#rows
    const at = createdAt.getTime()
    try {
      const [counted] = await this.#rows.changeAll([
        {
          sql: `UPDATE iam_policies SET last_version = last_version + 1, updated_at = $3,
                  default_version = CASE WHEN $4 = 1 THEN last_version + 1 ELSE default_version END
                WHERE account = $1 AND arn = $2
                AND (SELECT COUNT(*) FROM iam_policy_versions v WHERE v.account = $1 AND v.policy_id = ${idOfArn}) < $5
                RETURNING last_version`,
          params: [account, arn, at, asDefault ? 1 : 0, limit],
          expect: 1,
        },
        {
          sql: `INSERT INTO iam_policy_versions (account, policy_id, version, document, created_at)
                SELECT account, policy_id, last_version, $3, CAST($4 AS BIGINT)
                FROM iam_policies WHERE account = $1 AND arn = $2`,
          params: [account, arn, document, at],
          expect: 1,
        },
      ])
      const [row] = counted?.rows ?? []
      if (!row) throw new Error('The store did not say which version it made')
      return { versionId: `v${number(row, 'last_version')}`, document, isDefault: asDefault, createdAt }
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return (await this.list(arn)).length === 0 ? 'not-found' : 'too-many'
    }
  }

  async setDefault(arn: string, versionId: string, at: Date): Promise<'set' | 'not-found'> {
    const set = await this.#rows.change(
      `UPDATE iam_policies SET default_version = $3, updated_at = $4 WHERE account = $1 AND arn = $2
       AND EXISTS (SELECT 1 FROM iam_policy_versions v
         WHERE v.account = $1 AND v.policy_id = iam_policies.policy_id AND v.version = $3)`,
      arn,
      numberOf(versionId),
      at.getTime(),
    )
    return set === 1 ? 'set' : 'not-found'
  }

  async remove(arn: string, versionId: string): Promise<'removed' | 'not-found' | 'is-default'> {
    const removed = await this.#rows.change(
      `DELETE FROM iam_policy_versions WHERE account = $1 AND policy_id = ${idOfArn} AND version = $3
       AND version <> (SELECT default_version FROM iam_policies WHERE account = $1 AND arn = $2)`,
      arn,
      numberOf(versionId),
    )
    if (removed === 1) return 'removed'
    const exists = (await this.list(arn)).some((version) => version.versionId === versionId)
    return exists ? 'is-default' : 'not-found'
  }

  /** Removes the policy and its only version. */
  async removePolicy({
    arn,
    policyId,
  }: {
    readonly arn: string
    readonly policyId: string
  }): Promise<'removed' | 'not-found' | 'has-versions' | 'has-attachments'> {
    const { account } = this.#rows
    try {
      await this.#rows.changeAll([
        {
          sql: `DELETE FROM iam_policies WHERE account = $1 AND policy_id = $2
                AND NOT EXISTS (SELECT 1 FROM iam_attachments a WHERE a.account = $1 AND a.policy_arn = iam_policies.arn)
                AND NOT EXISTS (SELECT 1 FROM iam_users u WHERE u.account = $1 AND u.boundary_arn = iam_policies.arn)
                AND NOT EXISTS (SELECT 1 FROM iam_roles r WHERE r.account = $1 AND r.boundary_arn = iam_policies.arn)`,
          params: [account, policyId],
          expect: 1,
        },
        {
          sql: 'DELETE FROM iam_policy_versions WHERE account = $1 AND policy_id = $2',
          params: [account, policyId],
          expect: 1,
        },
      ])
      return 'removed'
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      const versions = (await this.list(arn)).length
      if (versions === 0) return 'not-found'
      return error.statement === 1 ? 'has-versions' : 'has-attachments'
    }
  }
}

/** What is not `v` and a number names no version: 0 is none. */
function numberOf(versionId: string): number {
  return /^v[1-9][0-9]{0,8}$/.test(versionId) ? Number(versionId.slice(1)) : 0
}

function versionOf(row: Row): PolicyVersion {
  return {
    versionId: `v${number(row, 'version')}`,
    document: text(row, 'document'),
    isDefault: number(row, 'version') === number(row, 'default_version'),
    createdAt: date(row, 'created_at'),
  }
}
