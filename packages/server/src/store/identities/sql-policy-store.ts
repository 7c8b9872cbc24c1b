import { type ManagedPolicy, type PolicyVersion, policiesPerAccount } from '../../domain/managed-policy.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'
import type { Row } from '../database.ts'
import type { BindingPolicy, PolicyHolder } from '../identity-store.ts'
import { pageOf } from '../page.ts'
import { date, number, tags, tagsText, text, textOrNothing } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { AwsManagedPolicies } from './aws-managed-policies.ts'
import { bindingPolicies, bindingPolicy } from './binding-policies.ts'
import type { PolicyFilter, PolicyStore } from './policy-store.ts'
import { SqlPolicyVersions } from './sql-policy-versions.ts'

const useCounts = `(SELECT COUNT(*) FROM iam_attachments a
  WHERE a.account = p.account AND a.policy_arn = p.arn) AS attachment_count,
  (SELECT COUNT(*) FROM iam_users u WHERE u.account = p.account AND u.boundary_arn = p.arn)
  + (SELECT COUNT(*) FROM iam_roles r WHERE r.account = p.account AND r.boundary_arn = p.arn) AS boundary_count`

/** Where a page of AWS's policies ends and this account's begin. */
const ofAws = 'aws/'
const ofAccount = 'own/'

export class SqlPolicyStore implements PolicyStore {
  readonly #rows: AccountRows
  readonly #awsManaged: AwsManagedPolicies
  readonly #versions: SqlPolicyVersions

  constructor(rows: AccountRows, awsManaged: AwsManagedPolicies) {
    this.#rows = rows
    this.#awsManaged = awsManaged
    this.#versions = new SqlPolicyVersions(rows)
  }

  async addPolicy(
    policy: ManagedPolicy,
    document: string,
    limit: number = policiesPerAccount,
  ): Promise<'added' | 'name-taken' | 'too-many'> {
    const { account } = this.#rows
    const created = policy.createdAt.getTime()
    const [added] = await this.#rows.changeAll([
      {
        sql: `INSERT INTO iam_policies (account, policy_id, name_key, policy_name, path, arn, description,
                default_version, last_version, created_at, updated_at, tags)
              SELECT $1, $2, $3, $4, $5, $6, $7, 1, 1, CAST($8 AS BIGINT), CAST($8 AS BIGINT), $9
              WHERE (SELECT COUNT(*) FROM iam_policies WHERE account = $1) < $10 ON CONFLICT DO NOTHING`,
        params: [
          account,
          policy.policyId,
          policy.policyName.toLowerCase(),
          policy.policyName,
          policy.path,
          policy.arn,
          policy.description ?? null,
          created,
          tagsText(policy.tags),
          limit,
        ],
      },
      {
        sql: `INSERT INTO iam_policy_versions (account, policy_id, version, document, created_at)
              SELECT $1, $2, 1, $3, CAST($4 AS BIGINT)
              WHERE EXISTS (SELECT 1 FROM iam_policies WHERE account = $1 AND policy_id = $2)`,
        params: [account, policy.policyId, document, created],
      },
    ])
    if (added?.changes === 1) return 'added'
    const [taken] = await this.#rows.read(
      'SELECT 1 AS one FROM iam_policies WHERE account = $1 AND name_key = $2',
      policy.policyName.toLowerCase(),
    )
    return taken ? 'name-taken' : 'too-many'
  }

  async findPolicy(arn: string): Promise<ManagedPolicy | undefined> {
    const ofAwsItself = this.#awsManaged.find(arn)
    if (ofAwsItself) return { ...ofAwsItself, ...((await this.#usesOf([arn])).get(arn) ?? unused) }
    const [row] = await this.#rows.read(
      `SELECT p.*, ${useCounts} FROM iam_policies p WHERE p.account = $1 AND p.arn = $2`,
      arn,
    )
    return row && policyOf(row)
  }

  async listPolicies(filter: PolicyFilter, { limit, after = '' }: PageRequest): Promise<Page<ManagedPolicy>> {
    const first = after.startsWith(ofAccount) || filter.owner === 'Local' ? [] : await this.#listAws(filter, after)
    if (first.length > limit) {
      const items = first.slice(0, limit)
      return { items, next: `${ofAws}${items.at(-1)?.policyName ?? ''}` }
    }
    if (filter.owner === 'AWS') return { items: first }
    const ownAfter = after.startsWith(ofAccount) ? after.slice(ofAccount.length) : ''
    const room = limit - first.length
    const own = await this.#listOwn(filter, { limit: Math.max(room, 1), after: ownAfter })
    if (room === 0) return own.items.length === 0 ? { items: first } : { items: first, next: ofAccount }
    const items = [...first, ...own.items]
    return own.next === undefined ? { items } : { items, next: `${ofAccount}${own.next}` }
  }

  async #listAws(filter: PolicyFilter, after: string): Promise<readonly ManagedPolicy[]> {
    const { pathPrefix = '', onlyAttached = false, onlyBoundaries = false } = filter
    const matching = this.#awsManaged
      .list()
      .filter((policy) => policy.path.startsWith(pathPrefix) && `${ofAws}${policy.policyName}` > after)
    const uses = await this.#usesOf(matching.map((policy) => policy.arn))
    return matching
      .map((policy) => ({ ...policy, ...(uses.get(policy.arn) ?? unused) }))
      .filter((policy) => !onlyAttached || policy.attachmentCount > 0)
      .filter((policy) => !onlyBoundaries || policy.boundaryCount > 0)
  }

  async #listOwn(filter: PolicyFilter, { limit, after = '' }: PageRequest): Promise<Page<ManagedPolicy>> {
    const { pathPrefix = '', onlyAttached = false, onlyBoundaries = false } = filter
    const rows = await this.#rows.read(
      `SELECT p.*, ${useCounts} FROM iam_policies p
       WHERE p.account = $1 AND p.name_key > $2 AND substr(p.path, 1, $3) = $4
       AND ($5 = 0 OR EXISTS (SELECT 1 FROM iam_attachments a WHERE a.account = $1 AND a.policy_arn = p.arn))
       AND ($6 = 0 OR EXISTS (SELECT 1 FROM iam_users u WHERE u.account = $1 AND u.boundary_arn = p.arn)
         OR EXISTS (SELECT 1 FROM iam_roles r WHERE r.account = $1 AND r.boundary_arn = p.arn))
       ORDER BY p.name_key LIMIT $7`,
      after,
      pathPrefix.length,
      pathPrefix,
      onlyAttached ? 1 : 0,
      onlyBoundaries ? 1 : 0,
      limit + 1,
    )
    return pageOf(rows, limit, policyOf, 'name_key')
  }

  /** How AWS's policies are used here; there are no rows of them to join. */
  async #usesOf(arns: readonly string[]): Promise<ReadonlyMap<string, Uses>> {
    if (arns.length === 0) return new Map()
    const places = arns.map((_, index) => `$${index + 2}`).join(', ')
    const rows = await this.#rows.read(
      `SELECT arn, SUM(attached) AS attachment_count, SUM(bounding) AS boundary_count FROM (
         SELECT policy_arn AS arn, 1 AS attached, 0 AS bounding FROM iam_attachments WHERE account = $1
         UNION ALL SELECT boundary_arn, 0, 1 FROM iam_users WHERE account = $1 AND boundary_arn IS NOT NULL
         UNION ALL SELECT boundary_arn, 0, 1 FROM iam_roles WHERE account = $1 AND boundary_arn IS NOT NULL
       ) uses WHERE arn IN (${places}) GROUP BY arn`,
      ...arns,
    )
    return new Map(rows.map((row) => [text(row, 'arn'), usesOf(row)]))
  }

  async savePolicyTags(policy: ManagedPolicy, next: Tags): Promise<boolean> {
    const saved = await this.#rows.change(
      'UPDATE iam_policies SET tags = $4 WHERE account = $1 AND policy_id = $2 AND tags = $3',
      policy.policyId,
      tagsText(policy.tags),
      tagsText(next),
    )
    return saved === 1
  }

  async removePolicy(arn: string): Promise<'removed' | 'not-found' | 'has-versions' | 'has-attachments'> {
    const found = await this.findPolicy(arn)
    if (!found || found.owner === 'AWS') return 'not-found'
    return this.#versions.removePolicy(found)
  }

  async findVersion(arn: string, versionId: string): Promise<PolicyVersion | undefined> {
    const ofAwsItself = this.#awsManaged.version(arn)
    if (ofAwsItself) return ofAwsItself.versionId === versionId ? ofAwsItself : undefined
    return (await this.#versions.list(arn)).find((version) => version.versionId === versionId)
  }

  async listVersions(arn: string): Promise<readonly PolicyVersion[]> {
    const ofAwsItself = this.#awsManaged.version(arn)
    return ofAwsItself ? [ofAwsItself] : this.#versions.list(arn)
  }

  addVersion: PolicyStore['addVersion'] = (arn, version, limit) => this.#versions.add(arn, version, limit)
  setDefaultVersion: PolicyStore['setDefaultVersion'] = (arn, versionId, at) =>
    this.#versions.setDefault(arn, versionId, at)
  removeVersion: PolicyStore['removeVersion'] = (arn, versionId) => this.#versions.remove(arn, versionId)

  bindingPolicies(principal: PolicyHolder): Promise<readonly BindingPolicy[]> {
    return bindingPolicies(this.#rows, this.#awsManaged, principal)
  }

  bindingPolicy(arn: string): Promise<BindingPolicy | undefined> {
    return bindingPolicy(this.#rows, this.#awsManaged, arn)
  }
}

type Uses = Pick<ManagedPolicy, 'attachmentCount' | 'boundaryCount'>

const unused: Uses = { attachmentCount: 0, boundaryCount: 0 }

function usesOf(row: Row): Uses {
  return { attachmentCount: number(row, 'attachment_count'), boundaryCount: number(row, 'boundary_count') }
}

function policyOf(row: Row): ManagedPolicy {
  return {
    policyId: text(row, 'policy_id'),
    policyName: text(row, 'policy_name'),
    path: text(row, 'path'),
    arn: text(row, 'arn'),
    owner: 'Local',
    description: textOrNothing(row, 'description'),
    defaultVersionId: `v${number(row, 'default_version')}`,
    ...usesOf(row),
    createdAt: date(row, 'created_at'),
    updatedAt: date(row, 'updated_at'),
    tags: tags(row),
  }
}
