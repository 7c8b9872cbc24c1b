import type { MfaDevice, MfaProgress } from '../../domain/mfa-device.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'
import type { Row } from '../database.ts'
import { pageOf } from '../page.ts'
import { date, dateOrNothing, number, tags, tagsText, text, textOrNothing } from '../row.ts'
import type { Vault } from '../vault.ts'
import type { AccountRows } from './account-rows.ts'
import type { MfaDeviceFilter, MfaDeviceStore } from './mfa-device-store.ts'

export class SqlMfaDeviceStore implements MfaDeviceStore {
  readonly #rows: AccountRows
  readonly #vault: Vault

  constructor(rows: AccountRows, vault: Vault) {
    this.#rows = rows
    this.#vault = vault
  }

  async addDevice(device: MfaDevice, limit: number): Promise<'added' | 'taken' | 'too-many'> {
    const { serialNumber, seed, createdAt } = device
    const sealed = this.#vault.seal(Buffer.from(seed).toString('base64'), mfaDevicePlace(serialNumber))
    const added = await this.#rows.change(
      `INSERT INTO iam_mfa_devices
         (account, serial_number, sealed_seed, created_at, tags, drift, last_step, failures, failed_at)
       SELECT $1, $2, $3, CAST($4 AS BIGINT), $5, 0, 0, 0, 0
       WHERE (SELECT COUNT(*) FROM iam_mfa_devices WHERE account = $1) < $6 ON CONFLICT DO NOTHING`,
      serialNumber,
      Buffer.from(sealed).toString('base64'),
      createdAt.getTime(),
      tagsText(device.tags),
      limit,
    )
    if (added === 1) return 'added'
    return (await this.findDevice(serialNumber)) ? 'taken' : 'too-many'
  }

  async findDevice(serialNumber: string): Promise<MfaDevice | undefined> {
    const [row] = await this.#rows.read(
      'SELECT * FROM iam_mfa_devices WHERE account = $1 AND serial_number = $2',
      serialNumber,
    )
    return row && this.#deviceOf(row)
  }

  async listDevices({
    limit,
    after = '',
    isAssigned,
    ownerId = '',
  }: PageRequest & MfaDeviceFilter): Promise<Page<MfaDevice>> {
    const rows = await this.#rows.read(
      `SELECT * FROM iam_mfa_devices WHERE account = $1 AND serial_number > $2 AND ($3 = '' OR owner_id = $3)
       AND ($4 = 2 OR ($4 = 1) = (owner_id IS NOT NULL)) ORDER BY serial_number LIMIT $5`,
      after,
      ownerId,
      isAssigned === undefined ? 2 : Number(isAssigned),
      limit + 1,
    )
    return pageOf(rows, limit, (row) => this.#deviceOf(row), 'serial_number')
  }

  async assign(
    serialNumber: string,
    to: { readonly userId: string; readonly enabledAt: Date; readonly progress: MfaProgress },
    limit: number,
  ): Promise<'assigned' | 'not-free' | 'too-many'> {
    const { userId, enabledAt, progress } = to
    const assigned = await this.#rows.change(
      `UPDATE iam_mfa_devices SET owner_id = $3, enabled_at = $4, drift = $5, last_step = $6, failures = 0
       WHERE account = $1 AND serial_number = $2 AND owner_id IS NULL
       AND EXISTS (SELECT 1 FROM iam_users WHERE account = $1 AND user_id = $3)
       AND (SELECT COUNT(*) FROM iam_mfa_devices WHERE account = $1 AND owner_id = $3) < $7`,
      serialNumber,
      userId,
      enabledAt.getTime(),
      progress.drift,
      progress.lastStep,
      limit,
    )
    if (assigned === 1) return 'assigned'
    const device = await this.findDevice(serialNumber)
    return device?.ownerId === undefined && device !== undefined ? 'too-many' : 'not-free'
  }

  async unassign(serialNumber: string, userId: string): Promise<boolean> {
    const freed = await this.#rows.change(
      `UPDATE iam_mfa_devices SET owner_id = NULL, enabled_at = NULL
       WHERE account = $1 AND serial_number = $2 AND owner_id = $3`,
      serialNumber,
      userId,
    )
    return freed === 1
  }

  async saveProgress({ serialNumber, progress }: MfaDevice, next: MfaProgress): Promise<boolean> {
    const saved = await this.#rows.change(
      `UPDATE iam_mfa_devices SET drift = $3, last_step = $4, failures = $5, failed_at = $6
       WHERE account = $1 AND serial_number = $2 AND last_step = $7 AND failures = $8 AND failed_at = $9`,
      serialNumber,
      next.drift,
      next.lastStep,
      next.failures,
      next.failedAt.getTime(),
      progress.lastStep,
      progress.failures,
      progress.failedAt.getTime(),
    )
    return saved === 1
  }

  async saveDeviceTags(device: MfaDevice, next: Tags): Promise<boolean> {
    const saved = await this.#rows.change(
      'UPDATE iam_mfa_devices SET tags = $4 WHERE account = $1 AND serial_number = $2 AND tags = $3',
      device.serialNumber,
      tagsText(device.tags),
      tagsText(next),
    )
    return saved === 1
  }

  async removeDevice(serialNumber: string): Promise<'removed' | 'not-found' | 'assigned'> {
    const removed = await this.#rows.change(
      'DELETE FROM iam_mfa_devices WHERE account = $1 AND serial_number = $2 AND owner_id IS NULL',
      serialNumber,
    )
    if (removed === 1) return 'removed'
    return (await this.findDevice(serialNumber)) ? 'assigned' : 'not-found'
  }

  #deviceOf(row: Row): MfaDevice {
    const serialNumber = text(row, 'serial_number')
    const sealed = Buffer.from(text(row, 'sealed_seed'), 'base64')
    const seed = Buffer.from(this.#vault.open(sealed, mfaDevicePlace(serialNumber))).toString('utf8')
    return {
      serialNumber,
      seed: Buffer.from(seed, 'base64'),
      createdAt: date(row, 'created_at'),
      tags: tags(row),
      ownerId: textOrNothing(row, 'owner_id'),
      enabledAt: dateOrNothing(row, 'enabled_at'),
      progress: {
        drift: number(row, 'drift'),
        lastStep: number(row, 'last_step'),
        failures: number(row, 'failures'),
        failedAt: date(row, 'failed_at'),
      },
    }
  }
}

/** What the vault binds a secret of this table to. */
export function mfaDevicePlace(serialNumber: string): string {
  return `mfa-device/${serialNumber}`
}
