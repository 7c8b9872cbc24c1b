import type { LoginProfile } from '../../domain/login-profile.ts'
import type { PasswordPolicy } from '../../domain/password-policy.ts'
import type { Row } from '../database.ts'
import { date, number, text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { LoginProfileStore } from './login-profile-store.ts'

export class SqlLoginProfileStore implements LoginProfileStore {
  readonly #rows: AccountRows

  constructor(rows: AccountRows) {
    this.#rows = rows
  }

  async addLoginProfile(profile: LoginProfile): Promise<'added' | 'taken' | 'no-user'> {
    const added = await this.#rows.change(
      `INSERT INTO iam_login_profiles (account, user_id, password_hash, previous, must_reset, created_at, changed_at)
       SELECT $1, $2, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT), CAST($7 AS BIGINT)
       WHERE EXISTS (SELECT 1 FROM iam_users WHERE account = $1 AND user_id = $2) ON CONFLICT DO NOTHING`,
      profile.userId,
      ...columnsOf(profile),
      profile.createdAt.getTime(),
      profile.changedAt.getTime(),
    )
    if (added === 1) return 'added'
    return (await this.findLoginProfile(profile.userId)) ? 'taken' : 'no-user'
  }

  async findLoginProfile(userId: string): Promise<LoginProfile | undefined> {
    const [row] = await this.#rows.read('SELECT * FROM iam_login_profiles WHERE account = $1 AND user_id = $2', userId)
    return row && profileOf(row)
  }

  async saveLoginProfile({ userId, passwordHash }: LoginProfile, next: LoginProfile): Promise<boolean> {
    const saved = await this.#rows.change(
      `UPDATE iam_login_profiles SET password_hash = $3, previous = $4, must_reset = $5, changed_at = $6
       WHERE account = $1 AND user_id = $2 AND password_hash = $7`,
      userId,
      ...columnsOf(next),
      next.changedAt.getTime(),
      passwordHash,
    )
    return saved === 1
  }

  async removeLoginProfile(userId: string): Promise<boolean> {
    return (await this.#rows.change('DELETE FROM iam_login_profiles WHERE account = $1 AND user_id = $2', userId)) === 1
  }

  async findPasswordPolicy(): Promise<PasswordPolicy | undefined> {
    const [row] = await this.#rows.read('SELECT policy FROM iam_password_policies WHERE account = $1')
    return row && (JSON.parse(text(row, 'policy')) as PasswordPolicy)
  }

  async savePasswordPolicy(policy: PasswordPolicy): Promise<void> {
    await this.#rows.change(
      `INSERT INTO iam_password_policies (account, policy) VALUES ($1, $2)
       ON CONFLICT (account) DO UPDATE SET policy = excluded.policy`,
      JSON.stringify(policy),
    )
  }

  async removePasswordPolicy(): Promise<boolean> {
    return (await this.#rows.change('DELETE FROM iam_password_policies WHERE account = $1')) === 1
  }
}

function columnsOf({ passwordHash, previousHashes, mustReset }: LoginProfile): [string, string, number] {
  return [passwordHash, JSON.stringify(previousHashes), Number(mustReset)]
}

function profileOf(row: Row): LoginProfile {
  return {
    userId: text(row, 'user_id'),
    passwordHash: text(row, 'password_hash'),
    previousHashes: JSON.parse(text(row, 'previous')) as string[],
    mustReset: number(row, 'must_reset') === 1,
    createdAt: date(row, 'created_at'),
    changedAt: date(row, 'changed_at'),
  }
}
