import { recordingKeyPlace } from '../domain/recording.ts'
import type { Row } from './database.ts'
import { accessKeyPlace } from './identities/sql-access-key-store.ts'
import { mfaDevicePlace } from './identities/sql-mfa-device-store.ts'
import { kmsMaterialPlace } from './keys/sql-key-store.ts'
import { number, text } from './row.ts'

/** A column of sealed secrets in Base64, and the one place that each of them belongs to. */
export interface SealedColumn {
  readonly table: string
  readonly column: string
  readonly key: readonly string[]
  placeOf(row: Row): string
}

/** Every column that the vault seals. Session tokens are sealed too, and live for 36 hours at most. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'iam_access_keys',
    column: 'sealed_secret',
    key: ['account', 'access_key_id'],
    placeOf: (row) => accessKeyPlace(text(row, 'access_key_id')),
  },
  {
    table: 'iam_mfa_devices',
    column: 'sealed_seed',
    key: ['account', 'serial_number'],
    placeOf: (row) => mfaDevicePlace(text(row, 'serial_number')),
  },
  {
    table: 'kms_materials',
    column: 'sealed_material',
    key: ['account', 'region', 'key_id', 'material_version'],
    placeOf: (row) => kmsMaterialPlace(text(row, 'key_id'), number(row, 'material_version')),
  },
  {
    table: 'recordings',
    column: 'sealed_key',
    key: ['account', 'region', 'session_id'],
    placeOf: (row) => recordingKeyPlace(text(row, 'session_id')),
  },
]
