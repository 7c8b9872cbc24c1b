import type { Page, PageRequest } from '../../domain/page.ts'
import type { Row } from '../database.ts'
import { pageOf } from '../page.ts'
import { text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { AttachedEntity, AttachedPolicy, AttachmentStore } from './attachment-store.ts'
import type { AwsManagedPolicies } from './aws-managed-policies.ts'

const ownerExists = `(EXISTS (SELECT 1 FROM iam_users WHERE account = $1 AND user_id = $2)
  OR EXISTS (SELECT 1 FROM iam_roles WHERE account = $1 AND role_id = $2))`

export class SqlAttachmentStore implements AttachmentStore {
  readonly #rows: AccountRows
  readonly #awsManaged: AwsManagedPolicies

  constructor(rows: AccountRows, awsManaged: AwsManagedPolicies) {
    this.#rows = rows
    this.#awsManaged = awsManaged
  }

  async attach(ownerId: string, policyArn: string, limit: number): Promise<'attached' | 'not-found' | 'too-many'> {
    const attached = await this.#rows.change(
      `INSERT INTO iam_attachments (account, owner_id, policy_arn)
       SELECT $1, $2, $3 WHERE ${ownerExists}
       AND ($5 = 1 OR EXISTS (SELECT 1 FROM iam_policies WHERE account = $1 AND arn = $3))
       AND (SELECT COUNT(*) FROM iam_attachments WHERE account = $1 AND owner_id = $2 AND policy_arn <> $3) < $4
       ON CONFLICT DO NOTHING`,
      ownerId,
      policyArn,
      limit,
      this.#awsManaged.find(policyArn) ? 1 : 0,
    )
    return attached === 1 ? 'attached' : this.#whyNot(ownerId, policyArn, limit)
  }

  async #whyNot(ownerId: string, policyArn: string, limit: number): Promise<'attached' | 'not-found' | 'too-many'> {
    const attached = await this.listAttached(ownerId)
    if (attached.some((policy) => policy.policyArn === policyArn)) return 'attached'
    return attached.length >= limit ? 'too-many' : 'not-found'
  }

  async detach(ownerId: string, policyArn: string): Promise<boolean> {
    const detached = await this.#rows.change(
      'DELETE FROM iam_attachments WHERE account = $1 AND owner_id = $2 AND policy_arn = $3',
      ownerId,
      policyArn,
    )
    return detached === 1
  }

  async listAttached(ownerId: string): Promise<readonly AttachedPolicy[]> {
    const rows = await this.#rows.read(
      'SELECT policy_arn FROM iam_attachments WHERE account = $1 AND owner_id = $2 ORDER BY policy_arn',
      ownerId,
    )
    return rows.map((row) => attachedPolicyOf(text(row, 'policy_arn')))
  }

  async listEntities(policyArn: string, { limit, after = '' }: PageRequest): Promise<Page<AttachedEntity>> {
    const rows = await this.#rows.read(
      `SELECT a.owner_id, u.user_name, r.role_name, COALESCE(u.path, r.path) AS path FROM iam_attachments a
       LEFT JOIN iam_users u ON u.account = a.account AND u.user_id = a.owner_id
       LEFT JOIN iam_roles r ON r.account = a.account AND r.role_id = a.owner_id
       WHERE a.account = $1 AND a.policy_arn = $2 AND a.owner_id > $3 ORDER BY a.owner_id LIMIT $4`,
      policyArn,
      after,
      limit + 1,
    )
    return pageOf(rows, limit, attachedEntityOf, 'owner_id')
  }
}

/** The name is the ARN's last part, after the path. */
function attachedPolicyOf(policyArn: string): AttachedPolicy {
  return { policyArn, policyName: policyArn.slice(policyArn.lastIndexOf('/') + 1) }
}

function attachedEntityOf(row: Row): AttachedEntity {
  const id = text(row, 'owner_id')
  const path = text(row, 'path')
  return row['user_name'] === null
    ? { kind: 'role', id, name: text(row, 'role_name'), path }
    : { kind: 'user', id, name: text(row, 'user_name'), path }
}
