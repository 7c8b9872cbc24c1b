import type { Alias } from '../../domain/kms-alias.ts'
import type { Key, KeyRotation, KeyState, MaterialRecord, RotationType } from '../../domain/kms-key.ts'
import type { Row } from '../database.ts'
import { date, dateOrNothing, number, text, textOrNothing } from '../row.ts'

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
    rotation: rotationOf(row),
    version: number(row, 'version'),
  }
}

function rotationOf(row: Row): KeyRotation | undefined {
  const nextAt = dateOrNothing(row, 'next_rotation_at')
  return nextAt && { days: number(row, 'rotation_days'), nextAt }
}

export function materialOf(row: Row): MaterialRecord {
  return {
    version: number(row, 'material_version'),
    id: text(row, 'material_id'),
    createdAt: date(row, 'created_at'),
    rotationType: textOrNothing(row, 'rotation_type') as RotationType | undefined,
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
