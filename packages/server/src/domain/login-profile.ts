/** A user's password, with which the user signs in to a console. */
export interface LoginProfile {
  readonly userId: string
  /** As `hashPassword` makes it. */
  readonly passwordHash: string
  /** Those before, newest first. */
  readonly previousHashes: readonly string[]
  /** Whether the user has to choose another one first. */
  readonly mustReset: boolean
  readonly createdAt: Date
  readonly changedAt: Date
}
