import type { Database, Statement, StatementResult } from '../database.ts'

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

  /** A write that nobody's permissions depend on. */
  async note(sql: string, ...params: readonly (string | number | null)[]): Promise<void> {
    await this.#database.write([{ sql, params: [this.account, ...params] }])
  }
}
