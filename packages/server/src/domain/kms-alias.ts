import type { Scope } from './scope.ts'

/** Another name of a key. */
export interface Alias {
  /** `alias/NAME`. */
  readonly aliasName: string
  readonly keyId: string
  readonly createdAt: Date
  /** When it was last pointed at another key, or made. */
  readonly updatedAt: Date
}

export const aliasPrefix = 'alias/'
/** Kept for the keys that AWS's services make for themselves (CreateAlias reference). */
const reservedPrefix = 'alias/aws/'

/** On one key (KMS quotas). */
export const aliasesPerKey = 50

export function isReservedAlias(aliasName: string): boolean {
  return aliasName.startsWith(reservedPrefix)
}

/** Letters, digits, slash, underscore and hyphen after the prefix, 256 characters in all (CreateAlias reference). */
export function isAliasName(text: string): boolean {
  return text.length <= 256 && /^alias\/[A-Za-z0-9/_-]+$/.test(text)
}

export function aliasArn({ region, account }: Scope, aliasName: string): string {
  return `arn:aws:kms:${region}:${account}:${aliasName}`
}
