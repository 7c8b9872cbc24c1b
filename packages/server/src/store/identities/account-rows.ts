import type { TrustChange } from '../../domain/trust-principal.ts'
import { ConflictError, type Database, type Statement, type StatementResult } from '../database.ts'

/** The account's identities in a database, and how often they have changed in this process. */
export class AccountRows {
  readonly account: string
  readonly #database: Database
  #generation = 0

  constructor(database: Database, account: string) {
    this.#database = database
    this.account = account
  }

  get generation(): number {
    return this.#generation
  }

  /** Reads rows; `$1` of the text is the account. */
  read(sql: string, ...params: readonly (string | number | null)[]): ReturnType<Database['read']> {
    return this.#database.read(sql, [this.account, ...params])
  }

  /** One statement that changes identities; `$1` of the text is the account. Answers how many rows it changed. */
  async change(sql: string, ...params: readonly (string | number | null)[]): Promise<number> {
    const [result] = await this.changeAll([{ sql, params: [this.account, ...params] }])
    return result?.changes ?? 0
  }

  /** Several statements, all or none. The generation grows before anybody is answered. */
  async changeAll(statements: readonly Statement[]): Promise<readonly StatementResult[]> {
    try {
      return await this.#database.write(statements)
    } finally {
      this.#generation++
    }
  }

  /**
   * One statement that has to change one row, and with it how roles trust; all or nothing.
   *
   * @returns which of the two was not as expected, or undefined when all is done
   */
  async changeWithTrusts(
    statement: Statement,
    trusts: readonly TrustChange[],
  ): Promise<'statement' | 'trusts' | undefined> {
    const updates = trusts.map(({ roleId, from, to }) => ({
      sql: 'UPDATE iam_roles SET trust_policy = $4 WHERE account = $1 AND role_id = $2 AND trust_policy = $3',
      params: [this.account, roleId, from, to],
      expect: 1,
    }))
    try {
      await this.changeAll([{ ...statement, expect: 1 }, ...updates])
      return undefined
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
      return error.statement === 0 ? 'statement' : 'trusts'
    }
  }

  /** A write that nobody's permissions depend on. */
  async note(sql: string, ...params: readonly (string | number | null)[]): Promise<void> {
    await this.#database.write([{ sql, params: [this.account, ...params] }])
  }
}
