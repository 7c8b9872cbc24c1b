import { aliasesPerKey } from '../../domain/kms-alias.ts'
import type { Key } from '../../domain/kms-key.ts'
import type { AccessCheck, Context, ContextKeys } from '../operation.ts'
import { arnOf, existing, findKeyById, findNamedKey, type NamedKey } from './named-key.ts'

/** What more a check is about than the key itself. */
export interface KeyAsk {
  readonly action?: string
  readonly keys?: ContextKeys
}

/**
 * What has to be allowed on a key: its policy must grant, and the identity's as well where it only names the account.
 * Of a key that does not exist the caller's own policies decide, so that who may not use it does not learn that.
 */
export async function keyCheck(found: NamedKey, context: Context, { action, keys }: KeyAsk = {}): Promise<AccessCheck> {
  const { key, name } = found
  const alias = name.kind === 'alias' ? { 'kms:RequestAlias': name.aliasName } : {}
  return {
    resource: arnOf(found, context),
    ...(action === undefined ? {} : { action }),
    ...(key === undefined
      ? {}
      : { resourcePolicy: { document: key.policy }, tagsOf: { type: 'Key', id: key.keyId } as const }),
    context: {
      ...callerKeys(context),
      ...alias,
      ...(key === undefined ? {} : await keysOf(key, context)),
      ...keys,
    },
  }
}

/** The key of that id or ARN, once the caller is allowed to use it so. */
export async function authorizedKey(context: Context, keyId: string, ask?: KeyAsk): Promise<Key> {
  return await allowedKey(await findKeyById(context, keyId), context, ask)
}

/** The key of that id, ARN or alias, once the caller is allowed to use it so. */
export async function authorizedKeyOrAlias(context: Context, keyId: string, ask?: KeyAsk): Promise<Key> {
  return await allowedKey(await findNamedKey(context, keyId), context, ask)
}

/** Condition keys that every KMS request has. */
export function callerKeys({ caller }: Pick<Context, 'caller'>): ContextKeys {
  return { 'kms:CallerAccount': caller.account }
}

/** What is the same for all keys that can be made here. */
export const keyKind = {
  'kms:KeySpec': 'SYMMETRIC_DEFAULT',
  'kms:KeyUsage': 'ENCRYPT_DECRYPT',
  'kms:KeyOrigin': 'AWS_KMS',
  'kms:MultiRegion': 'false',
} as const

/** What was found, once the caller is allowed to use it so: for who has to know it before. */
export async function allowedKey(found: NamedKey, context: Context, ask?: KeyAsk): Promise<Key> {
  await context.require([await keyCheck(found, context, ask)])
  return existing(found)
}

async function keysOf({ keyId }: Key, { store }: Context): Promise<ContextKeys> {
  const aliases = (await store.keys.aliases.listAliases(keyId, { limit: aliasesPerKey })).items
  return {
    ...keyKind,
    ...(aliases.length === 0 ? {} : { 'kms:ResourceAliases': aliases.map(({ aliasName }) => aliasName) }),
  }
}
