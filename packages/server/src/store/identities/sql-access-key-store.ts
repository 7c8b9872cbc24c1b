import type {
  AccessKey,
  AccessKeyListing,
  AccessKeyOwner,
  AccessKeyStatus,
  AccessKeyUse,
  NewAccessKey,
} from '../../domain/access-key.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Row } from '../database.ts'
import { pageOf } from '../page.ts'
import { date, text, textOrNothing } from '../row.ts'
import type { Vault } from '../vault.ts'
import type { AccessKeyStore } from './access-key-store.ts'
import type { AccountRows } from './account-rows.ts'

const rootId = 'root'
/** Written at most this often for a key; AWS says that its own value may be hours late (GetAccessKeyLastUsed). */
const useWrittenEveryMs = 60_000
const mostUsesRemembered = 10_000

/** Keys with their users. A key whose user is gone is not found, so it stops at once. */
const keysAndUsers = `SELECT k.*, u.user_name, u.path FROM iam_access_keys k
  LEFT JOIN iam_users u ON u.account = k.account AND u.user_id = k.owner_id
  WHERE k.account = $1 AND (k.owner_id = '${rootId}' OR u.user_id IS NOT NULL)`

export class SqlAccessKeyStore implements AccessKeyStore {
  readonly #rows: AccountRows
  readonly #vault: Vault
  readonly #usesWritten = new Map<string, number>()
  readonly #rootWatchers: (() => void)[] = []

  constructor(rows: AccountRows, vault: Vault) {
    this.#rows = rows
    this.#vault = vault
  }

  async findAccessKey(accessKeyId: string): Promise<AccessKey | undefined> {
    const [row] = await this.#rows.read(`${keysAndUsers} AND k.access_key_id = $2`, accessKeyId)
    return row && this.#keyOf(row)
  }

  async addUserKey(userId: string, key: NewAccessKey, limit: number): Promise<'added' | 'too-many' | 'no-user'> {
    const added = await this.#rows.change(
      `INSERT INTO iam_access_keys (account, access_key_id, owner_id, sealed_secret, status, created_at)
       SELECT $1, $2, $3, $4, 'Active', CAST($5 AS BIGINT)
       WHERE EXISTS (SELECT 1 FROM iam_users WHERE account = $1 AND user_id = $3)
       AND (SELECT COUNT(*) FROM iam_access_keys WHERE account = $1 AND owner_id = $3) < $6`,
      key.accessKeyId,
      userId,
      this.#seal(key),
      key.createdAt.getTime(),
      limit,
    )
    if (added === 1) return 'added'
    const [user] = await this.#rows.read('SELECT 1 AS one FROM iam_users WHERE account = $1 AND user_id = $2', userId)
    return user ? 'too-many' : 'no-user'
  }

  async addRootKey(key: NewAccessKey, limit: number): Promise<'added' | 'too-many'> {
    const added = await this.#rows.change(
      `INSERT INTO iam_access_keys (account, access_key_id, owner_id, sealed_secret, status, created_at)
       SELECT $1, $2, '${rootId}', $3, 'Active', CAST($4 AS BIGINT)
       WHERE (SELECT COUNT(*) FROM iam_access_keys WHERE account = $1 AND owner_id = '${rootId}') < $5`,
      key.accessKeyId,
      this.#seal(key),
      key.createdAt.getTime(),
      limit,
    )
    if (added === 1) this.#tell(rootId)
    return added === 1 ? 'added' : 'too-many'
  }

  async ensureRootKey(key: NewAccessKey): Promise<AccessKey> {
    const existing = await this.rootKey()
    if (existing) return existing
    await this.addRootKey(key, 1)
    const made = await this.rootKey()
    if (!made) throw new Error('The root key is not there although it was written')
    return made
  }

  async listAccessKeys(
    userId: string | undefined,
    { limit, after = '' }: PageRequest,
  ): Promise<Page<AccessKeyListing>> {
    const rows = await this.#rows.read(
      `${keysAndUsers} AND k.owner_id = $2 AND k.access_key_id > $3 ORDER BY k.access_key_id LIMIT $4`,
      userId ?? rootId,
      after,
      limit + 1,
    )
    return pageOf(rows, limit, listingOf, 'access_key_id')
  }

  async setStatus(userId: string | undefined, accessKeyId: string, status: AccessKeyStatus): Promise<boolean> {
    const saved = await this.#rows.change(
      'UPDATE iam_access_keys SET status = $4 WHERE account = $1 AND owner_id = $2 AND access_key_id = $3',
      userId ?? rootId,
      accessKeyId,
      status,
    )
    if (saved === 1) this.#tell(userId ?? rootId)
    return saved === 1
  }

  async removeAccessKey(userId: string | undefined, accessKeyId: string): Promise<boolean> {
    const removed = await this.#rows.change(
      'DELETE FROM iam_access_keys WHERE account = $1 AND owner_id = $2 AND access_key_id = $3',
      userId ?? rootId,
      accessKeyId,
    )
    if (removed === 1) this.#tell(userId ?? rootId)
    return removed === 1
  }

  async recordUse(accessKeyId: string, { at, service, region }: AccessKeyUse): Promise<void> {
    const written = this.#usesWritten.get(accessKeyId)
    if (written !== undefined && at.getTime() - written < useWrittenEveryMs) return
    if (this.#usesWritten.size >= mostUsesRemembered) this.#usesWritten.clear()
    this.#usesWritten.set(accessKeyId, at.getTime())
    try {
      await this.#rows.note(
        `UPDATE iam_access_keys SET used_at = $3, used_service = $4, used_region = $5
         WHERE account = $1 AND access_key_id = $2`,
        accessKeyId,
        at.getTime(),
        service,
        region,
      )
    } catch (error) {
      this.#usesWritten.delete(accessKeyId)
      throw error
    }
  }

  async rootKey(): Promise<AccessKey | undefined> {
    const rows = await this.#rows.read(
      `${keysAndUsers} AND k.owner_id = '${rootId}' ORDER BY k.created_at, k.access_key_id LIMIT 10`,
    )
    const row = rows.find((candidate) => candidate['status'] === 'Active') ?? rows[0]
    return row && this.#keyOf(row)
  }

  async replaceRootKeys(key: NewAccessKey): Promise<void> {
    const { account } = this.#rows
    await this.#rows.changeAll([
      { sql: `DELETE FROM iam_access_keys WHERE account = $1 AND owner_id = '${rootId}'`, params: [account] },
      {
        sql: `INSERT INTO iam_access_keys (account, access_key_id, owner_id, sealed_secret, status, created_at)
              VALUES ($1, $2, '${rootId}', $3, 'Active', $4)`,
        params: [account, key.accessKeyId, this.#seal(key), key.createdAt.getTime()],
      },
    ])
    this.#tell(rootId)
  }

  watchRootKeys(listener: () => void): void {
    this.#rootWatchers.push(listener)
  }

  #tell(ownerId: string): void {
    if (ownerId === rootId) for (const watcher of this.#rootWatchers) watcher()
  }

  #seal(key: NewAccessKey): string {
    return Buffer.from(this.#vault.seal(key.secret, accessKeyPlace(key.accessKeyId))).toString('base64')
  }

  #keyOf(row: Row): AccessKey {
    const listing = listingOf(row)
    const sealed = Buffer.from(text(row, 'sealed_secret'), 'base64')
    const secret = Buffer.from(this.#vault.open(sealed, accessKeyPlace(listing.accessKeyId))).toString('utf8')
    return { ...listing, secret }
  }
}

/** What the vault binds a secret of this table to. */
export function accessKeyPlace(accessKeyId: string): string {
  return `access-key/${accessKeyId}`
}

/** From any row that holds all columns of a key, and the name and path of its user. */
export function listingOf(row: Row): AccessKeyListing {
  return {
    accessKeyId: text(row, 'access_key_id'),
    owner: ownerOf(row),
    status: text(row, 'status') === 'Active' ? 'Active' : 'Inactive',
    createdAt: date(row, 'created_at'),
    lastUse: lastUseOf(row),
  }
}

function ownerOf(row: Row): AccessKeyOwner {
  const userId = text(row, 'owner_id')
  if (userId === rootId) return { kind: 'root' }
  return { kind: 'user', userId, userName: text(row, 'user_name'), path: text(row, 'path') }
}

function lastUseOf(row: Row): AccessKeyUse | undefined {
  if (row['used_at'] === null) return undefined
  return {
    at: date(row, 'used_at'),
    service: textOrNothing(row, 'used_service') ?? '',
    region: textOrNothing(row, 'used_region') ?? '',
  }
}
