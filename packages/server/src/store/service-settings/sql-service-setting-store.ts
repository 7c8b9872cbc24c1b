import type { Scope } from '../../domain/scope.ts'
import type { ServiceSetting } from '../../domain/service-setting.ts'
import type { Database } from '../database.ts'
import { date, text } from '../row.ts'
import type { ServiceSettingStore } from '../service-setting-store.ts'

/** The service settings of one account in one region, in a database. */
export class SqlServiceSettingStore implements ServiceSettingStore {
  readonly #database: Database
  readonly #scope: readonly [string, string]

  constructor({ database, scope }: { database: Database; scope: Scope }) {
    this.#database = database
    this.#scope = [scope.account, scope.region]
  }

  async findSetting(settingId: string): Promise<ServiceSetting | undefined> {
    const [row] = await this.#database.read(
      `SELECT setting_value, changed_at, changed_by FROM service_settings
        WHERE account = $1 AND region = $2 AND setting_id = $3`,
      [...this.#scope, settingId],
    )
    if (row === undefined) return undefined
    return {
      settingId,
      value: text(row, 'setting_value'),
      changedAt: date(row, 'changed_at'),
      changedBy: text(row, 'changed_by'),
    }
  }

  async saveSetting({ settingId, value, changedAt, changedBy }: ServiceSetting): Promise<void> {
    const sql = `INSERT INTO service_settings (account, region, setting_id, setting_value, changed_at, changed_by)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (account, region, setting_id) DO UPDATE SET setting_value = excluded.setting_value,
        changed_at = excluded.changed_at, changed_by = excluded.changed_by`
    await this.#database.write([{ sql, params: [...this.#scope, settingId, value, changedAt.getTime(), changedBy] }])
  }

  async forgetSetting(settingId: string): Promise<void> {
    const sql = 'DELETE FROM service_settings WHERE account = $1 AND region = $2 AND setting_id = $3'
    await this.#database.write([{ sql, params: [...this.#scope, settingId] }])
  }
}
