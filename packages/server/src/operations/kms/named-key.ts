import { ServiceError } from '../../domain/error.ts'
import { type Key, keyArn } from '../../domain/kms-key.ts'
import { type KeyName, readKeyName } from '../../domain/kms-key-name.ts'
import type { Context } from '../operation.ts'

/** What a KeyId stands for. The key is undefined when nothing here has that name. */
export interface NamedKey {
  readonly name: KeyName
  readonly key: Key | undefined
}

/**
 * The key that a KeyId stands for: an id, a key ARN, `alias/NAME` or an alias ARN. Nobody is asked for
 * permission, so only what the caller may know may be told of it.
 *
 * @throws {ServiceError} NotFoundException when it is none of these
 */
export async function findNamedKey(context: Pick<Context, 'scope' | 'store'>, keyId: string): Promise<NamedKey> {
  const name = readKeyName(keyId, context.scope)
  if (name === undefined) throw new ServiceError('NotFoundException', `Invalid keyId '${keyId}'`)
  return { name, key: await keyOf(context, name) }
}

/**
 * The same for operations that take no alias.
 *
 * @throws {ServiceError} NotFoundException for an alias too
 */
export async function findKeyById(context: Pick<Context, 'scope' | 'store'>, keyId: string): Promise<NamedKey> {
  const found = await findNamedKey(context, keyId)
  if (found.name.kind === 'alias') throw new ServiceError('NotFoundException', `Invalid keyId '${keyId}'`)
  return found
}

/** How a key is named in decisions and refusals: its own ARN, whatever name was used for it. */
export function arnOf({ name, key }: NamedKey, { scope }: Pick<Context, 'scope'>): string {
  return key === undefined ? name.arn : keyArn(scope, key.keyId)
}

/** @throws {ServiceError} NotFoundException */
export function existing({ name, key }: NamedKey): Key {
  if (key !== undefined) return key
  if (name.kind === 'key') throw keyNotFound(name.arn)
  throw new ServiceError('NotFoundException', `Alias ${name.arn} is not found.`)
}

export function keyNotFound(arn: string): ServiceError {
  return new ServiceError('NotFoundException', `Key '${arn}' does not exist`)
}

async function keyOf({ store: { keys } }: Pick<Context, 'store'>, name: KeyName): Promise<Key | undefined> {
  if (!name.isOurs) return undefined
  if (name.kind === 'key') return await keys.findKey(name.keyId)
  const alias = await keys.aliases.findAlias(name.aliasName)
  return alias && (await keys.findKey(alias.keyId))
}
