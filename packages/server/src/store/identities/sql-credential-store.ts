import type { AccessKeyListing } from '../../domain/access-key.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Row } from '../database.ts'
import { pageOf } from '../page.ts'
import { date, dateOrNothing, number, text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { CredentialStore, UserCredentials } from './credential-store.ts'
import { listingOf } from './sql-access-key-store.ts'
import { userOf } from './sql-user-store.ts'

export class SqlCredentialStore implements CredentialStore {
  readonly #rows: AccountRows

  constructor(rows: AccountRows) {
    this.#rows = rows
  }

  async listCredentials({ limit, after = '' }: PageRequest): Promise<Page<UserCredentials>> {
    const users = await this.#rows.read(
      `SELECT u.*, p.changed_at,
         (SELECT COUNT(*) FROM iam_mfa_devices d WHERE d.account = u.account AND d.owner_id = u.user_id) AS devices
       FROM iam_users u LEFT JOIN iam_login_profiles p ON p.account = u.account AND p.user_id = u.user_id
       WHERE u.account = $1 AND u.name_key > $2 ORDER BY u.name_key LIMIT $3`,
      after,
      limit + 1,
    )
    const last = users.at(limit - 1) ?? users.at(-1)
    const keys = await this.#keysOfUsers(after, last === undefined ? after : text(last, 'name_key'))
    return pageOf(users, limit, (row) => credentialsOf(row, keys), 'name_key')
  }

  /** Keys of those whose names come after one and not after another, by the user's id. */
  async #keysOfUsers(after: string, last: string): Promise<ReadonlyMap<string, readonly AccessKeyListing[]>> {
    const rows = await this.#rows.read(
      `SELECT k.*, u.user_name, u.path FROM iam_access_keys k
       JOIN iam_users u ON u.account = k.account AND u.user_id = k.owner_id
       WHERE k.account = $1 AND u.name_key > $2 AND u.name_key <= $3 ORDER BY k.created_at, k.access_key_id`,
      after,
      last,
    )
    return Map.groupBy(rows.map(listingOf), ({ owner }) => (owner.kind === 'user' ? owner.userId : ''))
  }

  async findReport(): Promise<{ readonly content: string; readonly generatedAt: Date } | undefined> {
    const [row] = await this.#rows.read('SELECT * FROM iam_credential_reports WHERE account = $1')
    return row && { content: text(row, 'content'), generatedAt: date(row, 'generated_at') }
  }

  async saveReport(content: string, generatedAt: Date): Promise<void> {
    await this.#rows.note(
      `INSERT INTO iam_credential_reports (account, content, generated_at) VALUES ($1, $2, $3)
       ON CONFLICT (account) DO UPDATE SET content = excluded.content, generated_at = excluded.generated_at`,
      content,
      generatedAt.getTime(),
    )
  }
}

function credentialsOf(row: Row, keys: ReadonlyMap<string, readonly AccessKeyListing[]>): UserCredentials {
  const user = userOf(row)
  return {
    user,
    passwordChangedAt: dateOrNothing(row, 'changed_at'),
    hasMfa: number(row, 'devices') > 0,
    keys: keys.get(user.userId) ?? [],
  }
}
