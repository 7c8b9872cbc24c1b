import type { PrincipalElement, PrincipalEntry } from './document.ts'
import type { Principal } from './principal.ts'

/**
 * How closely a resource policy names the caller, which decides what a grant bypasses inside one account:
 *
 *              identity silent   boundary silent   session policy silent
 *   caller     allowed           allowed           allowed        the user's or the session's own ARN
 *   anyone     allowed           allowed           denied         `*`
 *   role       allowed           denied            denied         the ARN of the session's role
 *   account    denied            denied            denied         the account: it only delegates
 *
 * (IAM guide, "Policy evaluation logic".)
 */
export type Grantee = 'caller' | 'anyone' | 'role' | 'account'

const closeness: Readonly<Record<Grantee, number>> = { caller: 3, anyone: 2, role: 1, account: 0 }

/** The closer of two. */
export function closer(a: Grantee | undefined, b: Grantee | undefined): Grantee | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return closeness[a] >= closeness[b] ? a : b
}

/** How an Allow names the principal; undefined when it does not. NotPrincipal grants to anyone it leaves. */
export function granteeOf({ negated, entries }: PrincipalElement, principal: Principal): Grantee | undefined {
  let found: Grantee | undefined
  for (const entry of entries) found = closer(found, nameOf(entry, principal))
  if (!negated) return found
  return found === undefined ? 'anyone' : undefined
}

/**
 * Whether a Deny is about the principal. NotPrincipal spares it only when everything it acts as is listed: the
 * account, the role and the session, or the account and the user; and never when it has a permissions boundary
 * (IAM guide, "NotPrincipal").
 */
export function isDenied({ negated, entries }: PrincipalElement, principal: Principal, bounded: boolean): boolean {
  if (!negated) return entries.some((entry) => nameOf(entry, principal) !== undefined)
  const names = entries.map((entry) => nameOf(entry, principal))
  if (names.includes('anyone')) return false
  if (bounded) return true
  return !partsOf(principal).every((part) => names.includes(part))
}

function partsOf({ kind, provider }: Principal): readonly Grantee[] {
  if (kind === 'anonymous') return ['anyone']
  if (kind === 'root') return ['account']
  if (kind === 'service' || provider !== undefined) return ['caller']
  return kind === 'role-session' ? ['account', 'role', 'caller'] : ['account', 'caller']
}

const accountForm = /^(?:arn:[a-z-]+:iam::)?([0-9]{12})(?::root)?$/

/** As what one entry names the principal. Wildcards inside a name mean nothing here; only a lone `*` does. */
function nameOf({ type, value }: PrincipalEntry, principal: Principal): Grantee | undefined {
  const { kind, account, arn, roleArn, provider } = principal
  if (type === 'AWS') {
    if (value === '*') return 'anyone'
    if (kind === 'service' || kind === 'anonymous') return undefined
    if (account !== '' && accountForm.exec(value)?.[1] === account) return 'account'
    if (value === arn) return 'caller'
    return value === roleArn ? 'role' : undefined
  }
  if (type === 'Service') return kind === 'service' && (value === arn || value === '*') ? 'caller' : undefined
  return type === 'Federated' && provider !== undefined && value === provider ? 'caller' : undefined
}
