import { createHash } from 'node:crypto'
import type { Row } from '../database.ts'
import { text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { InlinePolicy, InlinePolicyStore } from './inline-policy-store.ts'
import { ownerExists } from './owner-exists.ts'

/** Characters of a text without those that quotas do not count (policySize of iam). */
const size = (column: string) =>
  `LENGTH(REPLACE(REPLACE(REPLACE(REPLACE(${column}, ' ', ''), $7, ''), $8, ''), $9, ''))`

export class SqlInlinePolicyStore implements InlinePolicyStore {
  readonly #rows: AccountRows

  constructor(rows: AccountRows) {
    this.#rows = rows
  }

  async putInlinePolicy(
    ownerId: string,
    { policyName, document }: InlinePolicy,
    longest: number,
  ): Promise<'put' | 'no-owner' | 'too-long'> {
    const put = await this.#rows.change(
      `INSERT INTO iam_inline_policies (account, owner_id, policy_name, document, digest)
       SELECT $1, $2, $3, $4, $5 WHERE ${ownerExists}
       AND ${size('CAST($4 AS TEXT)')} + (SELECT COALESCE(SUM(${size('document')}), 0) FROM iam_inline_policies
         WHERE account = $1 AND owner_id = $2 AND policy_name <> $3) <= $6
       ON CONFLICT (account, owner_id, policy_name) DO UPDATE SET document = excluded.document, digest = excluded.digest`,
      ownerId,
      policyName,
      document,
      createHash('sha256').update(document).digest('hex'),
      longest,
      '\t',
      '\n',
      '\r',
    )
    if (put === 1) return 'put'
    const [owner] = await this.#rows.read(`SELECT 1 AS one WHERE ${ownerExists}`, ownerId)
    return owner ? 'too-long' : 'no-owner'
  }

  async findInlinePolicy(ownerId: string, policyName: string): Promise<InlinePolicy | undefined> {
    const [row] = await this.#rows.read(
      'SELECT * FROM iam_inline_policies WHERE account = $1 AND owner_id = $2 AND policy_name = $3',
      ownerId,
      policyName,
    )
    return row && inlinePolicyOf(row)
  }

  async listInlinePolicies(ownerId: string): Promise<readonly InlinePolicy[]> {
    const rows = await this.#rows.read(
      'SELECT * FROM iam_inline_policies WHERE account = $1 AND owner_id = $2 ORDER BY policy_name',
      ownerId,
    )
    return rows.map(inlinePolicyOf)
  }

  async removeInlinePolicy(ownerId: string, policyName: string): Promise<boolean> {
    const removed = await this.#rows.change(
      'DELETE FROM iam_inline_policies WHERE account = $1 AND owner_id = $2 AND policy_name = $3',
      ownerId,
      policyName,
    )
    return removed === 1
  }
}

function inlinePolicyOf(row: Row): InlinePolicy {
  return { policyName: text(row, 'policy_name'), document: text(row, 'document') }
}
