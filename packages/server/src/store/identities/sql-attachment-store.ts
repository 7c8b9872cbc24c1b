import type { Page, PageRequest } from '../../domain/page.ts'
import type { Row } from '../database.ts'
import { pageOf } from '../page.ts'
import { text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { AttachedEntity, AttachedPolicy, AttachmentStore, PolicyUse } from './attachment-store.ts'
import type { AwsManagedPolicies } from './aws-managed-policies.ts'
import { ownerExists } from './owner-exists.ts'

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

  async listEntities(
    policyArn: string,
    { limit, after = '', use }: PageRequest & { use?: PolicyUse | undefined },
  ): Promise<Page<AttachedEntity>> {
    const rows = await this.#rows.read(
      `SELECT o.owner_id, u.user_name, g.group_name, r.role_name, COALESCE(u.path, g.path, r.path) AS path FROM (
         SELECT owner_id FROM iam_attachments WHERE account = $1 AND policy_arn = $2 AND $5 = 1
         UNION SELECT user_id FROM iam_users WHERE account = $1 AND boundary_arn = $2 AND $6 = 1
         UNION SELECT role_id FROM iam_roles WHERE account = $1 AND boundary_arn = $2 AND $6 = 1
       ) o
       LEFT JOIN iam_users u ON u.account = $1 AND u.user_id = o.owner_id
       LEFT JOIN iam_groups g ON g.account = $1 AND g.group_id = o.owner_id
       LEFT JOIN iam_roles r ON r.account = $1 AND r.role_id = o.owner_id
       WHERE o.owner_id > $3 ORDER BY o.owner_id LIMIT $4`,
      policyArn,
      after,
      limit + 1,
      use === 'boundary' ? 0 : 1,
      use === 'permissions' ? 0 : 1,
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
  if (row['user_name'] !== null) return { kind: 'user', id, name: text(row, 'user_name'), path }
  if (row['group_name'] !== null) return { kind: 'group', id, name: text(row, 'group_name'), path }
  return { kind: 'role', id, name: text(row, 'role_name'), path }
}
