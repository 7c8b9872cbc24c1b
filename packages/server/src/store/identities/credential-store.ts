import type { AccessKeyListing } from '../../domain/access-key.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { User } from '../../domain/user.ts'

/** What one user signs in with. */
export interface UserCredentials {
  readonly user: User
  readonly passwordChangedAt: Date | undefined
  readonly hasMfa: boolean
  /** The oldest first. */
  readonly keys: readonly AccessKeyListing[]
}

/** What all users sign in with, and the reports about it. */
export interface CredentialStore {
  /** In the order of names. */
  listCredentials(page: PageRequest): Promise<Page<UserCredentials>>
  findReport(): Promise<{ readonly content: string; readonly generatedAt: Date } | undefined>
  /** Takes the place of the one before. */
  saveReport(content: string, generatedAt: Date): Promise<void>
}
