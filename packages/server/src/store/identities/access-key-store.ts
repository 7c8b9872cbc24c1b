import type {
  AccessKey,
  AccessKeyListing,
  AccessKeyStatus,
  AccessKeyUse,
  NewAccessKey,
} from '../../domain/access-key.ts'
import type { Page, PageRequest } from '../../domain/page.ts'

/** Long-term access keys. Secrets are sealed on disk; only `findAccessKey`, `ensureRootKey` and `rootKey` open them. */
export interface AccessKeyStore {
  /** Undefined also when the key's user is gone. Inactive keys are found: refusing them is the caller's part. */
  findAccessKey(accessKeyId: string): Promise<AccessKey | undefined>
  /** Gives a user another key unless it has `limit` already. */
  addUserKey(userId: string, key: NewAccessKey, limit: number): Promise<'added' | 'too-many' | 'no-user'>
  addRootKey(key: NewAccessKey, limit: number): Promise<'added' | 'too-many'>
  /** The root key of this installation: the one that is there, or else `key`, once, however many servers start. */
  ensureRootKey(key: NewAccessKey): Promise<AccessKey>
  /** The root key in use: the oldest active one, or the oldest when all are switched off. */
  rootKey(): Promise<AccessKey | undefined>
  /** `key` instead of all root keys that there are. */
  replaceRootKeys(key: NewAccessKey): Promise<void>
  /** Calls after root keys were made, switched on or off, or deleted through this store. */
  watchRootKeys(listener: () => void): void
  /** In the order of key ids; without a user id those of root. */
  listAccessKeys(userId: string | undefined, page: PageRequest): Promise<Page<AccessKeyListing>>
  /** False when the user (or root) has no such key. */
  setStatus(userId: string | undefined, accessKeyId: string, status: AccessKeyStatus): Promise<boolean>
  removeAccessKey(userId: string | undefined, accessKeyId: string): Promise<boolean>
  /** Remembers that a key was used: at most one write a minute for a key, so it may be asked on every request. */
  recordUse(accessKeyId: string, use: AccessKeyUse): Promise<void>
}
