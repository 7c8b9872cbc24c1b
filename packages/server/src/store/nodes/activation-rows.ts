import type { Activation } from '../../domain/activation.ts'
import type { Row, SqlValue } from '../database.ts'
import { date, number, tags, text, textOrNothing } from '../row.ts'

export const activationColumns = `activation_id, code_hash, description, default_instance_name, role_name,
  registration_limit, registrations_count, created_at, expires_at, tags`

export const insertActivation = `INSERT INTO activations (account, region, ${activationColumns})
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`

/** Parameters of `insertActivation`, after account and region. */
export function activationParams(activation: Activation): readonly SqlValue[] {
  return [
    activation.activationId,
    activation.codeHash,
    activation.description ?? null,
    activation.defaultInstanceName ?? null,
    activation.roleName,
    activation.registrationLimit,
    activation.registrationsCount,
    activation.createdAt.getTime(),
    activation.expiresAt.getTime(),
    JSON.stringify(activation.tags),
  ]
}

export function activationOf(row: Row): Activation {
  return {
    activationId: text(row, 'activation_id'),
    codeHash: text(row, 'code_hash'),
    description: textOrNothing(row, 'description'),
    defaultInstanceName: textOrNothing(row, 'default_instance_name'),
    roleName: text(row, 'role_name'),
    registrationLimit: number(row, 'registration_limit'),
    registrationsCount: number(row, 'registrations_count'),
    createdAt: date(row, 'created_at'),
    expiresAt: date(row, 'expires_at'),
    tags: tags(row),
  }
}
