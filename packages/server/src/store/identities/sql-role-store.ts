import type { Page } from '../../domain/page.ts'
import { type Role, rolesPerAccount } from '../../domain/role.ts'
import type { Tags } from '../../domain/tag.ts'
import type { TrustChange } from '../../domain/trust-principal.ts'
import type { Row } from '../database.ts'
import { date, number, tags, tagsText, text, textOrNothing } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { AwsManagedPolicies } from './aws-managed-policies.ts'
import { listByPath, type PathPage } from './path-listing.ts'
import type { RemovalOfRole, RoleStore } from './role-store.ts'

export class SqlRoleStore implements RoleStore {
  readonly #rows: AccountRows
  readonly #awsManaged: AwsManagedPolicies

  constructor(rows: AccountRows, awsManaged: AwsManagedPolicies) {
    this.#rows = rows
    this.#awsManaged = awsManaged
  }

  async addRole(
    role: Role,
    limit: number = rolesPerAccount,
  ): Promise<'added' | 'name-taken' | 'no-boundary' | 'too-many'> {
    const { boundaryArn } = role
    const added = await this.#rows.change(
      `INSERT INTO iam_roles (account, role_id, name_key, role_name, path, description, trust_policy,
         max_session_seconds, created_at, tags, boundary_arn)
       SELECT $1, $2, $3, $4, $5, $6, $7, CAST($8 AS BIGINT), CAST($9 AS BIGINT), $10, $11
       WHERE ($12 = 1 OR EXISTS (SELECT 1 FROM iam_policies WHERE account = $1 AND arn = $11))
       AND (SELECT COUNT(*) FROM iam_roles WHERE account = $1) < $13 ON CONFLICT DO NOTHING`,
      role.roleId,
      role.roleName.toLowerCase(),
      role.roleName,
      role.path,
      role.description ?? null,
      role.trustPolicy,
      role.maxSessionSeconds,
      role.createdAt.getTime(),
      tagsText(role.tags),
      boundaryArn ?? null,
      boundaryArn === undefined || this.#awsManaged.find(boundaryArn) ? 1 : 0,
      limit,
    )
    if (added === 1) return 'added'
    if (await this.findRole(role.roleName)) return 'name-taken'
    return (await this.#count()) >= limit ? 'too-many' : 'no-boundary'
  }

  async findRoleById(roleId: string): Promise<Role | undefined> {
    const [row] = await this.#rows.read('SELECT * FROM iam_roles WHERE account = $1 AND role_id = $2', roleId)
    return row && roleOf(row)
  }

  async #count(): Promise<number> {
    const [row = {}] = await this.#rows.read('SELECT COUNT(*) AS roles FROM iam_roles WHERE account = $1')
    return number(row, 'roles')
  }

  async findRole(roleName: string): Promise<Role | undefined> {
    const [row] = await this.#rows.read(
      'SELECT * FROM iam_roles WHERE account = $1 AND name_key = $2',
      roleName.toLowerCase(),
    )
    return row && roleOf(row)
  }

  listRoles(page: PathPage): Promise<Page<Role>> {
    return listByPath(this.#rows, 'iam_roles', page, roleOf)
  }

  async describeRole(
    roleId: string,
    to: { readonly description?: string | undefined; readonly maxSessionSeconds?: number },
  ): Promise<boolean> {
    const saved = await this.#rows.change(
      `UPDATE iam_roles SET description = COALESCE(CAST($3 AS TEXT), description),
       max_session_seconds = COALESCE(CAST($4 AS BIGINT), max_session_seconds) WHERE account = $1 AND role_id = $2`,
      roleId,
      to.description ?? null,
      to.maxSessionSeconds ?? null,
    )
    return saved === 1
  }

  async replaceTrustPolicy(roleId: string, document: string): Promise<boolean> {
    const saved = await this.#rows.change(
      'UPDATE iam_roles SET trust_policy = $3 WHERE account = $1 AND role_id = $2',
      roleId,
      document,
    )
    return saved === 1
  }

  async saveRoleTags(role: Role, next: Tags): Promise<boolean> {
    const saved = await this.#rows.change(
      'UPDATE iam_roles SET tags = $4 WHERE account = $1 AND role_id = $2 AND tags = $3',
      role.roleId,
      tagsText(role.tags),
      tagsText(next),
    )
    return saved === 1
  }

  async removeRole(roleId: string, trusts: readonly TrustChange[] = []): Promise<RemovalOfRole | 'trusts-changed'> {
    const sql = `DELETE FROM iam_roles WHERE account = $1 AND role_id = $2
      AND NOT EXISTS (SELECT 1 FROM iam_instance_profiles WHERE account = $1 AND role_id = $2)
      AND NOT EXISTS (SELECT 1 FROM iam_inline_policies WHERE account = $1 AND owner_id = $2)
      AND NOT EXISTS (SELECT 1 FROM iam_attachments WHERE account = $1 AND owner_id = $2)`
    const failed = await this.#rows.changeWithTrusts({ sql, params: [this.#rows.account, roleId] }, trusts)
    if (failed === undefined) return 'removed'
    return failed === 'trusts' ? 'trusts-changed' : this.#whatKeeps(roleId)
  }

  async #whatKeeps(roleId: string): Promise<RemovalOfRole> {
    const [row] = await this.#rows.read(
      `SELECT
         (SELECT COUNT(*) FROM iam_roles WHERE account = $1 AND role_id = $2) AS roles,
         (SELECT COUNT(*) FROM iam_instance_profiles WHERE account = $1 AND role_id = $2) AS profiles,
         (SELECT COUNT(*) FROM iam_attachments WHERE account = $1 AND owner_id = $2) AS attachments`,
      roleId,
    )
    if (row?.['roles'] !== 1) return 'not-found'
    if (row['profiles'] !== 0) return 'has-instance-profiles'
    return row['attachments'] === 0 ? 'has-policies' : 'has-attachments'
  }
}

function roleOf(row: Row): Role {
  return {
    roleId: text(row, 'role_id'),
    roleName: text(row, 'role_name'),
    path: text(row, 'path'),
    description: textOrNothing(row, 'description'),
    trustPolicy: text(row, 'trust_policy'),
    maxSessionSeconds: number(row, 'max_session_seconds'),
    createdAt: date(row, 'created_at'),
    tags: tags(row),
    boundaryArn: textOrNothing(row, 'boundary_arn'),
  }
}
