import type { InstanceProfile } from '../../domain/instance-profile.ts'
import type { Page } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'
import type { Row } from '../database.ts'
import { pageOf } from '../page.ts'
import { date, tags, tagsText, text, textOrNothing } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { InstanceProfileStore } from './instance-profile-store.ts'
import type { PathPage } from './path-listing.ts'

export class SqlInstanceProfileStore implements InstanceProfileStore {
  readonly #rows: AccountRows

  constructor(rows: AccountRows) {
    this.#rows = rows
  }

  async addProfile(profile: InstanceProfile, limit: number): Promise<'added' | 'name-taken' | 'too-many'> {
    const added = await this.#rows.change(
      `INSERT INTO iam_instance_profiles (account, profile_id, name_key, profile_name, path, created_at, tags)
       SELECT $1, $2, $3, $4, $5, CAST($6 AS BIGINT), $7
       WHERE (SELECT COUNT(*) FROM iam_instance_profiles WHERE account = $1) < $8 ON CONFLICT DO NOTHING`,
      profile.profileId,
      profile.profileName.toLowerCase(),
      profile.profileName,
      profile.path,
      profile.createdAt.getTime(),
      tagsText(profile.tags),
      limit,
    )
    if (added === 1) return 'added'
    return (await this.findProfile(profile.profileName)) ? 'name-taken' : 'too-many'
  }

  async findProfile(profileName: string): Promise<InstanceProfile | undefined> {
    const [row] = await this.#rows.read(
      'SELECT * FROM iam_instance_profiles WHERE account = $1 AND name_key = $2',
      profileName.toLowerCase(),
    )
    return row && profileOf(row)
  }

  async listProfiles({
    limit,
    after = '',
    pathPrefix = '',
    roleId = '',
  }: PathPage & { roleId?: string | undefined }): Promise<Page<InstanceProfile>> {
    const rows = await this.#rows.read(
      `SELECT * FROM iam_instance_profiles
       WHERE account = $1 AND name_key > $2 AND substr(path, 1, $3) = $4 AND ($5 = '' OR role_id = $5)
       ORDER BY name_key LIMIT $6`,
      after,
      pathPrefix.length,
      pathPrefix,
      roleId,
      limit + 1,
    )
    return pageOf(rows, limit, profileOf, 'name_key')
  }

  async addRole(profileId: string, roleId: string): Promise<'added' | 'not-found' | 'has-role'> {
    const added = await this.#rows.change(
      `UPDATE iam_instance_profiles SET role_id = $3 WHERE account = $1 AND profile_id = $2 AND role_id IS NULL
       AND EXISTS (SELECT 1 FROM iam_roles WHERE account = $1 AND role_id = $3)`,
      profileId,
      roleId,
    )
    if (added === 1) return 'added'
    return (await this.#hasRole(profileId)) ? 'has-role' : 'not-found'
  }

  async removeRole(profileId: string, roleId: string): Promise<boolean> {
    const removed = await this.#rows.change(
      'UPDATE iam_instance_profiles SET role_id = NULL WHERE account = $1 AND profile_id = $2 AND role_id = $3',
      profileId,
      roleId,
    )
    return removed === 1
  }

  async saveProfileTags(profile: InstanceProfile, next: Tags): Promise<boolean> {
    const saved = await this.#rows.change(
      'UPDATE iam_instance_profiles SET tags = $4 WHERE account = $1 AND profile_id = $2 AND tags = $3',
      profile.profileId,
      tagsText(profile.tags),
      tagsText(next),
    )
    return saved === 1
  }

  async removeProfile(profileId: string): Promise<'removed' | 'not-found' | 'has-role'> {
    const removed = await this.#rows.change(
      'DELETE FROM iam_instance_profiles WHERE account = $1 AND profile_id = $2 AND role_id IS NULL',
      profileId,
    )
    if (removed === 1) return 'removed'
    return (await this.#hasRole(profileId)) ? 'has-role' : 'not-found'
  }

  async #hasRole(profileId: string): Promise<boolean> {
    const [row] = await this.#rows.read(
      'SELECT role_id FROM iam_instance_profiles WHERE account = $1 AND profile_id = $2',
      profileId,
    )
    return row !== undefined && row['role_id'] !== null
  }
}

function profileOf(row: Row): InstanceProfile {
  return {
    profileId: text(row, 'profile_id'),
    profileName: text(row, 'profile_name'),
    path: text(row, 'path'),
    roleId: textOrNothing(row, 'role_id'),
    createdAt: date(row, 'created_at'),
    tags: tags(row),
  }
}
