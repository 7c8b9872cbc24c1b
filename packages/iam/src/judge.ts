import type { ResourceName } from './arn.ts'
import type { CompiledStatement, Selection } from './compiled-policy.ts'
import type { Context } from './context.ts'
import { closer, type Grantee, granteeOf, isDenied } from './grantee.ts'
import type { PolicyType } from './policy-set.ts'
import type { Principal } from './principal.ts'
import type { Selected } from './selected.ts'

/** One principal, one resource, and what is known about them. */
export interface Question {
  readonly principal: Principal
  readonly resource: ResourceName
  readonly resourceAccount: string | undefined
  /** What Allow statements see. */
  readonly context: Context
  /** What Deny statements see. */
  readonly denyContext: Context
}

export interface Verdict {
  readonly effect: 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied'
  readonly deniedBy: PolicyType | undefined
}

const allowed: Verdict = { effect: 'Allowed', deniedBy: undefined }

/**
 * The order of AWS (IAM guide, "Policy evaluation logic"): a Deny anywhere, then what must allow. Both parts name
 * the first type that says no, in the order scp, rcp, resource, identity, boundary, session.
 */
export function judge(selected: Selected, question: Question): Verdict {
  const explicit = findDeny(selected, question)
  if (explicit !== undefined) return { effect: 'ExplicitlyDenied', deniedBy: explicit }
  const silent = findSilent(selected, question)
  return silent === undefined ? allowed : { effect: 'ImplicitlyDenied', deniedBy: silent }
}

/** Whether statement and question meet in resource and condition; action and principal are not asked here. */
export function meets({ resource, tests }: CompiledStatement, name: ResourceName, context: Context): boolean {
  if (!resource.always && !resource.matches(name, context)) return false
  for (const test of tests) if (!test.holds(context)) return false
  return true
}

/** Whether a statement of a policy attached to the caller applies. One with a Principal is none of those: it never allows. */
export function appliesAttached(statement: CompiledStatement, { resource, context, denyContext }: Question): boolean {
  if (statement.source.effect === 'Deny') return meets(statement, resource, denyContext)
  return statement.principal === undefined && meets(statement, resource, context)
}

/** Whether a Deny of a policy attached to a resource applies. One that names nobody is about everybody. */
export function deniesAtResource(statement: CompiledStatement, question: Question, bounded: boolean): boolean {
  const { principal } = statement
  if (principal !== undefined && !isDenied(principal, question.principal, bounded)) return false
  return meets(statement, question.resource, question.denyContext)
}

/** To whom an Allow of a policy attached to a resource grants; undefined when it does not apply. */
export function grantAtResource(statement: CompiledStatement, question: Question): Grantee | undefined {
  const grantee = statement.principal && granteeOf(statement.principal, question.principal)
  return grantee !== undefined && meets(statement, question.resource, question.context) ? grantee : undefined
}

function findDeny(selected: Selected, question: Question): PolicyType | undefined {
  const { identity, boundary, session, resource, scps, rcps } = selected
  const bounded = boundary !== undefined
  if (scps.some((level) => level.some((policy) => deniesAttached(policy, question)))) return 'scp'
  if (rcps.some((level) => level.some((policy) => denies(policy, question, bounded)))) return 'rcp'
  if (resource !== undefined && denies(resource, question, bounded)) return 'resource'
  if (identity.some((policy) => deniesAttached(policy, question))) return 'identity'
  if (boundary !== undefined && deniesAttached(boundary, question)) return 'boundary'
  if (session?.some((policy) => deniesAttached(policy, question))) return 'session'
  return undefined
}

function findSilent(selected: Selected, question: Question): PolicyType | undefined {
  const { boundary, session, resource, resourceRequired, scps, rcps } = selected
  const { kind, account } = question.principal
  // Services, identity providers and anonymous callers have no account, so only the resource can speak of them.
  const attached = account !== ''
  if (attached && !scps.every((level) => level.some((policy) => allowsAttached(policy, question)))) return 'scp'
  if (!rcps.every((level) => level.some((policy) => allowsAtRcp(policy, question)))) return 'rcp'

  const grant = resource && strongestGrant(resource, question)
  const sameAccount = attached && account === (question.resourceAccount ?? account)
  if (grant === undefined && (resourceRequired || !sameAccount)) return 'resource'
  if (!attached) return undefined

  // Across accounts both sides must allow, so a grant of the resource bypasses nothing.
  const bypass = sameAccount ? grant : undefined
  if (bypass === 'caller') return undefined
  const root = kind === 'root'
  const granted = bypass === 'anyone' || bypass === 'role'
  if (!root && !granted && !selected.identity.some((policy) => allowsAttached(policy, question))) return 'identity'
  if (boundary !== undefined && bypass !== 'anyone' && !allowsAttached(boundary, question)) return 'boundary'
  if (session !== undefined && !session.some((policy) => allowsAttached(policy, question))) return 'session'
  return undefined
}

function deniesAttached({ denies }: Selection, question: Question): boolean {
  return denies.some((statement) => appliesAttached(statement, question))
}

function allowsAttached({ allows }: Selection, question: Question): boolean {
  return allows.some((statement) => appliesAttached(statement, question))
}

function denies(selection: Selection, question: Question, bounded: boolean): boolean {
  return selection.denies.some((statement) => deniesAtResource(statement, question, bounded))
}

/** Resource control policies carry a Principal, which is always `*`; one without it is read the same. */
function allowsAtRcp({ allows }: Selection, question: Question): boolean {
  return allows.some((statement) =>
    statement.principal === undefined
      ? meets(statement, question.resource, question.context)
      : grantAtResource(statement, question) !== undefined,
  )
}

function strongestGrant({ allows }: Selection, question: Question): Grantee | undefined {
  let found: Grantee | undefined
  for (const statement of allows) found = closer(found, grantAtResource(statement, question))
  return found
}
