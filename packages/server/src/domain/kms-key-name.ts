import { isAliasName } from './kms-alias.ts'
import { isKeyId } from './kms-key.ts'
import type { Scope } from './scope.ts'

/** What a KeyId says, once it is read. `arn` is whole, in whichever account and region it was written. */
export type KeyName =
  | { readonly kind: 'key'; readonly keyId: string; readonly arn: string; readonly isOurs: boolean }
  | { readonly kind: 'alias'; readonly aliasName: string; readonly arn: string; readonly isOurs: boolean }

/**
 * Reads a KeyId: `1234abcd-…`, `arn:aws:kms:…:key/1234abcd-…`, `alias/NAME` or `arn:aws:kms:…:alias/NAME`.
 * Undefined when it is none of these.
 */
export function readKeyName(text: string, scope: Scope): KeyName | undefined {
  const here = `arn:aws:kms:${scope.region}:${scope.account}:`
  if (!text.startsWith('arn:')) return named(text, `${here}${text.startsWith('alias/') ? '' : 'key/'}${text}`, true)
  const [, prefix, resource = ''] = /^(arn:aws:kms:[a-z0-9-]{1,64}:[0-9]{12}:)(.{1,256})$/.exec(text) ?? []
  if (prefix === undefined) return undefined
  const isKey = resource.startsWith('key/')
  if (!isKey && !resource.startsWith('alias/')) return undefined
  return named(isKey ? resource.slice('key/'.length) : resource, text, prefix === here)
}

function named(text: string, arn: string, isOurs: boolean): KeyName | undefined {
  if (text.startsWith('alias/')) return isAliasName(text) ? { kind: 'alias', aliasName: text, arn, isOurs } : undefined
  return isKeyId(text) ? { kind: 'key', keyId: text, arn, isOurs } : undefined
}
