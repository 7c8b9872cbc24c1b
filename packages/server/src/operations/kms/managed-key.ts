import { ServiceError } from '../../domain/error.ts'
import { aliasesPerKey } from '../../domain/kms-alias.ts'
import { type Key, materialLength } from '../../domain/kms-key.ts'
import { managedKeyId, managedKeyPolicy } from '../../domain/kms-managed-key.ts'
import { defaultRotationDays, nextRotation } from '../../domain/kms-rotation.ts'
import type { Context } from '../operation.ts'
import { randomBytes } from './cipher.ts'

/** Such keys do not count against the quota of the account's own. */
const noLimit = 1_000_000_000

/** Makes the key of a service with its alias, unless it is there. It is rotated every year, as AWS's are. */
export async function ensureManagedKey(context: Context, aliasName: string): Promise<void> {
  const { keys } = context.store
  if (await keys.aliases.findAlias(aliasName)) return
  const createdAt = context.now()
  const keyId = managedKeyId(context.scope, aliasName)
  const key: Key = {
    keyId,
    description: 'Default key that protects my SSM parameters when no other key is defined',
    state: 'Enabled',
    policy: managedKeyPolicy(context.scope),
    createdAt,
    deletionAt: undefined,
    material: { version: 1, id: context.randomHex(32) },
    rotation: undefined,
    version: 1,
  }
  // Whoever comes second finds the id taken, and goes on with the key that is there.
  await keys.addKey(key, randomBytes(context, materialLength), {}, noLimit)
  const stored = await keys.findKey(keyId)
  if (stored !== undefined && stored.rotation === undefined) {
    const rotation = { days: defaultRotationDays, nextAt: nextRotation(defaultRotationDays, createdAt) }
    await keys.saveKey(stored, { ...stored, rotation })
  }
  const alias = { aliasName, keyId, createdAt, updatedAt: createdAt }
  const outcome = await keys.aliases.addAlias(alias, aliasesPerKey)
  if (outcome === 'added' || outcome === 'exists') return
  throw new ServiceError('InternalServerError', `The key ${aliasName} could not be made.`)
}
