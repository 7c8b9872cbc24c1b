import type { Alias } from '../../domain/kms-alias.ts'
import type { Key, KeyState } from '../../domain/kms-key.ts'
import type { Row } from '../database.ts'
import { date, dateOrNothing, number, text } from '../row.ts'

export function keyOf(row: Row): Key {
  return {
    keyId: text(row, 'key_id'),
    description: text(row, 'description'),
    // Written by nobody but the store of keys.
    state: text(row, 'state') as KeyState,
    policy: text(row, 'policy'),
    createdAt: date(row, 'created_at'),
    deletionAt: dateOrNothing(row, 'deletion_at'),
    material: { version: number(row, 'material_version'), id: text(row, 'material_id') },
    version: number(row, 'version'),
  }
}

export function aliasOf(row: Row): Alias {
  return {
    aliasName: text(row, 'alias_name'),
    keyId: text(row, 'key_id'),
    createdAt: date(row, 'created_at'),
    updatedAt: date(row, 'updated_at'),
  }
}
