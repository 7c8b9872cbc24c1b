import type { Page } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'
import type { TrustChange } from '../../domain/trust-principal.ts'
import { type User, usersPerAccount } from '../../domain/user.ts'
import type { Row } from '../database.ts'
import { date, number, tags, tagsText, text, textOrNothing } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { AwsManagedPolicies } from './aws-managed-policies.ts'
import { listByPath, type PathPage } from './path-listing.ts'
import type { RemovalOfUser, UserStore } from './user-store.ts'

export class SqlUserStore implements UserStore {
  readonly #rows: AccountRows
  readonly #awsManaged: AwsManagedPolicies

  constructor(rows: AccountRows, awsManaged: AwsManagedPolicies) {
    this.#rows = rows
    this.#awsManaged = awsManaged
  }

  async addUser(
    user: User,
    limit: number = usersPerAccount,
  ): Promise<'added' | 'name-taken' | 'no-boundary' | 'too-many'> {
    const { boundaryArn } = user
    const added = await this.#rows.change(
      `INSERT INTO iam_users (account, user_id, name_key, user_name, path, created_at, tags, boundary_arn)
       SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT), $7, $8
       WHERE ($9 = 1 OR EXISTS (SELECT 1 FROM iam_policies WHERE account = $1 AND arn = $8))
       AND (SELECT COUNT(*) FROM iam_users WHERE account = $1) < $10 ON CONFLICT DO NOTHING`,
      user.userId,
      user.userName.toLowerCase(),
      user.userName,
      user.path,
      user.createdAt.getTime(),
      tagsText(user.tags),
      boundaryArn ?? null,
      boundaryArn === undefined || this.#awsManaged.find(boundaryArn) ? 1 : 0,
      limit,
    )
    if (added === 1) return 'added'
    if (await this.findUser(user.userName)) return 'name-taken'
    return (await this.#count()) >= limit ? 'too-many' : 'no-boundary'
  }

  async #count(): Promise<number> {
    const [row = {}] = await this.#rows.read('SELECT COUNT(*) AS users FROM iam_users WHERE account = $1')
    return number(row, 'users')
  }

  async findUser(userName: string): Promise<User | undefined> {
    const [row] = await this.#rows.read(
      'SELECT * FROM iam_users WHERE account = $1 AND name_key = $2',
      userName.toLowerCase(),
    )
    return row && userOf(row)
  }

  async findUserById(userId: string): Promise<User | undefined> {
    const [row] = await this.#rows.read('SELECT * FROM iam_users WHERE account = $1 AND user_id = $2', userId)
    return row && userOf(row)
  }

  listUsers(page: PathPage): Promise<Page<User>> {
    return listByPath(this.#rows, 'iam_users', page, userOf)
  }

  async renameUser(
    { userId, userName, path }: Pick<User, 'userId' | 'userName' | 'path'>,
    to: { readonly userName: string; readonly path: string },
    trusts: readonly TrustChange[] = [],
  ): Promise<'renamed' | 'not-found' | 'changed-meanwhile' | 'name-taken' | 'trusts-changed'> {
    const sql = `UPDATE iam_users SET name_key = $3, user_name = $4, path = $5
      WHERE account = $1 AND user_id = $2 AND user_name = $6 AND path = $7`
    const params = [this.#rows.account, userId, to.userName.toLowerCase(), to.userName, to.path, userName, path]
    const failed = await this.#rows.changeWithTrusts({ sql, params }, trusts)
    if (failed === undefined) return 'renamed'
    if (failed === 'trusts') return 'trusts-changed'
    const holder = await this.findUser(to.userName)
    if (holder && holder.userId !== userId) return 'name-taken'
    return (await this.findUserById(userId)) ? 'changed-meanwhile' : 'not-found'
  }

  async saveUserTags(user: User, next: Tags): Promise<boolean> {
    const saved = await this.#rows.change(
      'UPDATE iam_users SET tags = $4 WHERE account = $1 AND user_id = $2 AND tags = $3',
      user.userId,
      tagsText(user.tags),
      tagsText(next),
    )
    return saved === 1
  }

  async removeUser(userId: string, trusts: readonly TrustChange[] = []): Promise<RemovalOfUser | 'trusts-changed'> {
    const sql = `DELETE FROM iam_users WHERE account = $1 AND user_id = $2
      AND NOT EXISTS (SELECT 1 FROM iam_access_keys WHERE account = $1 AND owner_id = $2)
      AND NOT EXISTS (SELECT 1 FROM iam_group_members WHERE account = $1 AND user_id = $2)
      AND NOT EXISTS (SELECT 1 FROM iam_inline_policies WHERE account = $1 AND owner_id = $2)
      AND NOT EXISTS (SELECT 1 FROM iam_attachments WHERE account = $1 AND owner_id = $2)
      AND NOT EXISTS (SELECT 1 FROM iam_login_profiles WHERE account = $1 AND user_id = $2)
      AND NOT EXISTS (SELECT 1 FROM iam_mfa_devices WHERE account = $1 AND owner_id = $2)`
    const failed = await this.#rows.changeWithTrusts({ sql, params: [this.#rows.account, userId] }, trusts)
    if (failed === undefined) return 'removed'
    return failed === 'trusts' ? 'trusts-changed' : this.#whatKeeps(userId)
  }

  async #whatKeeps(userId: string): Promise<RemovalOfUser> {
    const [row] = await this.#rows.read(
      `SELECT
         (SELECT COUNT(*) FROM iam_users WHERE account = $1 AND user_id = $2) AS users,
         (SELECT COUNT(*) FROM iam_access_keys WHERE account = $1 AND owner_id = $2) AS access_keys,
         (SELECT COUNT(*) FROM iam_group_members WHERE account = $1 AND user_id = $2) AS groups_of_user,
         (SELECT COUNT(*) FROM iam_login_profiles WHERE account = $1 AND user_id = $2) AS login_profiles,
         (SELECT COUNT(*) FROM iam_mfa_devices WHERE account = $1 AND owner_id = $2) AS mfa_devices,
         (SELECT COUNT(*) FROM iam_attachments WHERE account = $1 AND owner_id = $2) AS attachments`,
      userId,
    )
    if (row?.['users'] !== 1) return 'not-found'
    if (row['access_keys'] !== 0) return 'has-access-keys'
    if (row['groups_of_user'] !== 0) return 'has-groups'
    if (row['login_profiles'] !== 0) return 'has-login-profile'
    if (row['mfa_devices'] !== 0) return 'has-mfa-devices'
    return row['attachments'] === 0 ? 'has-policies' : 'has-attachments'
  }
}

/** From any row that holds all columns of iam_users. */
export function userOf(row: Row): User {
  return {
    userId: text(row, 'user_id'),
    userName: text(row, 'user_name'),
    path: text(row, 'path'),
    createdAt: date(row, 'created_at'),
    tags: tags(row),
    boundaryArn: textOrNothing(row, 'boundary_arn'),
  }
}
