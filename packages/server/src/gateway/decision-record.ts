import type { ContextValue, Decision, Mismatch, Reason } from '@fairlead/iam'
import type { AuditRecord, DecisionRecord, MismatchRecord, StatementRecord } from '../domain/audit-record.ts'

/** A decision that was made in the course of a request. */
export interface Decided {
  readonly action: string
  readonly resource: string
  readonly decision: Decision
}

// A command to a thousand nodes is a thousand decisions; a person reads the first few.
const mostDecisions = 10
const mostStatements = 3
const mostValues = 20
const longestText = 512

/** What the audit keeps of decisions: denials before what was allowed. */
export function recordDecisions(decided: readonly Decided[]): Pick<AuditRecord, 'decisions' | 'moreDecisions'> {
  if (decided.length === 0) return {}
  const denied = decided.filter(({ decision }) => decision.effect !== 'Allowed')
  const shown =
    denied.length === 0
      ? decided.slice(0, mostDecisions)
      : [...denied, ...decided.filter(({ decision }) => decision.effect === 'Allowed')].slice(0, mostDecisions)
  const more = decided.length - shown.length
  return { decisions: shown.map(recordOf), ...(more > 0 ? { moreDecisions: more } : {}) }
}

function recordOf({ action, resource, decision }: Decided): DecisionRecord {
  const { effect, deniedBy, reasons } = decision
  // One that allows suffices; who is denied wants to see which came near.
  const statements = effect === 'Allowed' ? 1 : mostStatements
  const keys = Object.entries(decision.keysAsked(statements))
  return {
    action,
    resource: short(resource),
    effect,
    ...(deniedBy === undefined ? {} : { deniedBy }),
    statements: reasons.slice(0, statements).map(statementOf),
    ...(keys.length === 0 ? {} : { keys: Object.fromEntries(keys.slice(0, mostValues).map(keyOf)) }),
  }
}

function statementOf({ policyType, policy, statement, sid, did, mismatches }: Reason): StatementRecord {
  const { name, arn } = policy
  return {
    policyType,
    policy: name,
    ...(arn === undefined ? {} : { policyArn: arn }),
    statement,
    ...(sid === undefined ? {} : { sid }),
    did,
    ...(mismatches.length === 0 ? {} : { mismatches: mismatches.slice(0, mostValues).map(mismatchOf) }),
  }
}

function mismatchOf({ element, operator, key, wanted, got }: Mismatch): MismatchRecord {
  return {
    element,
    ...(operator === undefined ? {} : { operator }),
    ...(key === undefined ? {} : { key }),
    wanted: shortAll(wanted),
    ...(got === undefined ? {} : { got: shortAll(got) }),
  }
}

function keyOf([key, value]: readonly [string, ContextValue | undefined]): [string, string | readonly string[] | null] {
  if (value === undefined) return [key, null]
  if (typeof value === 'string') return [key, short(value)]
  return [key, shortAll('oneOf' in value ? value.oneOf : value)]
}

function shortAll(texts: readonly string[]): readonly string[] {
  return texts.slice(0, mostValues).map(short)
}

function short(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`
}
