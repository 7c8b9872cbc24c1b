import type { Group } from '../../domain/group.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { User } from '../../domain/user.ts'
import { ConflictError, type Row } from '../database.ts'
import { pageOf } from '../page.ts'
import { date, text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { GroupStore, RemovalOfGroup } from './group-store.ts'
import { listByPath, type PathPage } from './path-listing.ts'
import { userOf } from './sql-user-store.ts'

export class SqlGroupStore implements GroupStore {
  readonly #rows: AccountRows

  constructor(rows: AccountRows) {
    this.#rows = rows
  }

  async addGroup(group: Group, limit: number): Promise<'added' | 'name-taken' | 'too-many'> {
    const added = await this.#rows.change(
      `INSERT INTO iam_groups (account, group_id, name_key, group_name, path, created_at)
       SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT)
       WHERE (SELECT COUNT(*) FROM iam_groups WHERE account = $1) < $7 ON CONFLICT DO NOTHING`,
      group.groupId,
      group.groupName.toLowerCase(),
      group.groupName,
      group.path,
      group.createdAt.getTime(),
      limit,
    )
    if (added === 1) return 'added'
    return (await this.findGroup(group.groupName)) ? 'name-taken' : 'too-many'
  }

  async findGroup(groupName: string): Promise<Group | undefined> {
    const [row] = await this.#rows.read(
      'SELECT * FROM iam_groups WHERE account = $1 AND name_key = $2',
      groupName.toLowerCase(),
    )
    return row && groupOf(row)
  }

  listGroups(page: PathPage): Promise<Page<Group>> {
    return listByPath(this.#rows, 'iam_groups', page, groupOf)
  }

  async renameGroup(
    { groupId, groupName, path }: Pick<Group, 'groupId' | 'groupName' | 'path'>,
    to: { readonly groupName: string; readonly path: string },
  ): Promise<'renamed' | 'changed-meanwhile' | 'name-taken'> {
    try {
      const renamed = await this.#rows.change(
        `UPDATE iam_groups SET name_key = $3, group_name = $4, path = $5
         WHERE account = $1 AND group_id = $2 AND group_name = $6 AND path = $7`,
        groupId,
        to.groupName.toLowerCase(),
        to.groupName,
        to.path,
        groupName,
        path,
      )
      return renamed === 1 ? 'renamed' : 'changed-meanwhile'
    } catch (error) {
      if (error instanceof ConflictError) return 'name-taken'
      throw error
    }
  }

  async removeGroup(groupId: string): Promise<RemovalOfGroup> {
    const removed = await this.#rows.change(
      `DELETE FROM iam_groups WHERE account = $1 AND group_id = $2
       AND NOT EXISTS (SELECT 1 FROM iam_group_members WHERE account = $1 AND group_id = $2)
       AND NOT EXISTS (SELECT 1 FROM iam_inline_policies WHERE account = $1 AND owner_id = $2)
       AND NOT EXISTS (SELECT 1 FROM iam_attachments WHERE account = $1 AND owner_id = $2)`,
      groupId,
    )
    return removed === 1 ? 'removed' : this.#whatKeeps(groupId)
  }

  async #whatKeeps(groupId: string): Promise<RemovalOfGroup> {
    const [row] = await this.#rows.read(
      `SELECT
         (SELECT COUNT(*) FROM iam_groups WHERE account = $1 AND group_id = $2) AS groups_found,
         (SELECT COUNT(*) FROM iam_group_members WHERE account = $1 AND group_id = $2) AS members,
         (SELECT COUNT(*) FROM iam_attachments WHERE account = $1 AND owner_id = $2) AS attachments`,
      groupId,
    )
    if (row?.['groups_found'] !== 1) return 'not-found'
    if (row['members'] !== 0) return 'has-members'
    return row['attachments'] === 0 ? 'has-policies' : 'has-attachments'
  }

  async addMember(groupId: string, userId: string, limit: number): Promise<'added' | 'not-found' | 'too-many'> {
    const added = await this.#rows.change(
      `INSERT INTO iam_group_members (account, user_id, group_id) SELECT $1, $2, $3
       WHERE EXISTS (SELECT 1 FROM iam_users WHERE account = $1 AND user_id = $2)
       AND EXISTS (SELECT 1 FROM iam_groups WHERE account = $1 AND group_id = $3)
       AND (SELECT COUNT(*) FROM iam_group_members WHERE account = $1 AND user_id = $2 AND group_id <> $3) < $4
       ON CONFLICT DO NOTHING`,
      userId,
      groupId,
      limit,
    )
    if (added === 1) return 'added'
    const groups = await this.listGroupsOf(userId)
    if (groups.some((group) => group.groupId === groupId)) return 'added'
    return groups.length >= limit ? 'too-many' : 'not-found'
  }

  async removeMember(groupId: string, userId: string): Promise<boolean> {
    const removed = await this.#rows.change(
      'DELETE FROM iam_group_members WHERE account = $1 AND user_id = $2 AND group_id = $3',
      userId,
      groupId,
    )
    return removed === 1
  }

  async listMembers(groupId: string, { limit, after = '' }: PageRequest): Promise<Page<User>> {
    const rows = await this.#rows.read(
      `SELECT u.* FROM iam_group_members m JOIN iam_users u ON u.account = m.account AND u.user_id = m.user_id
       WHERE m.account = $1 AND m.group_id = $2 AND u.name_key > $3 ORDER BY u.name_key LIMIT $4`,
      groupId,
      after,
      limit + 1,
    )
    return pageOf(rows, limit, userOf, 'name_key')
  }

  async listGroupsOf(userId: string): Promise<readonly Group[]> {
    const rows = await this.#rows.read(
      `SELECT g.* FROM iam_group_members m JOIN iam_groups g ON g.account = m.account AND g.group_id = m.group_id
       WHERE m.account = $1 AND m.user_id = $2 ORDER BY g.name_key`,
      userId,
    )
    return rows.map(groupOf)
  }
}

function groupOf(row: Row): Group {
  return {
    groupId: text(row, 'group_id'),
    groupName: text(row, 'group_name'),
    path: text(row, 'path'),
    createdAt: date(row, 'created_at'),
  }
}
