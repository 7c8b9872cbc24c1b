import type { Decision, Mismatch, Reason } from '@fairlead/iam'
import { ServiceError } from '../domain/error.ts'
import type { AccessCheck, Context } from './operation.ts'

/** What an operation would do (decision 14). In AWS's way of writing, since it goes out as it is. */
export interface Rehearsal {
  readonly Operation: string
  readonly WouldSucceed: boolean
  /** What the operation would answer instead. */
  readonly Refusal?: { readonly Code: string; readonly Message: string }
}

/** A denial, by the caller's own policies: what they want, and not what the resource has. */
export interface RehearsedDenial {
  readonly Effect: Decision['effect']
  readonly DeniedBy?: string
  readonly Statements: readonly RehearsedStatement[]
}

interface RehearsedStatement {
  readonly PolicyType: string
  readonly PolicyName: string
  readonly PolicyArn?: string
  /** From 0. */
  readonly Index: number
  readonly Sid?: string
  readonly Did: Reason['did']
  readonly Mismatches?: readonly RehearsedMismatch[]
}

interface RehearsedMismatch {
  readonly Element: string
  readonly Operator?: string
  readonly Key?: string
  readonly Wanted: readonly string[]
}

const mostStatements = 3
const mostWanted = 10

/** Undefined for what is allowed. */
export function rehearsedDenial(decision: Decision | undefined): RehearsedDenial | undefined {
  if (decision === undefined || decision.effect === 'Allowed') return undefined
  const { effect, deniedBy, reasons } = decision
  return {
    Effect: effect,
    ...(deniedBy === undefined ? {} : { DeniedBy: deniedBy }),
    Statements: reasons.slice(0, mostStatements).map(statementOf),
  }
}

/**
 * Does what would come before anything is stored, if the caller is allowed to.
 *
 * @returns the refusal, in the place of what was prepared
 */
export async function prepared<Prepared>(
  checks: readonly AccessCheck[],
  decisions: readonly Decision[],
  prepare: () => Promise<Prepared>,
  context: Context,
): Promise<{ readonly value: Prepared } | { readonly refusal: ServiceError }> {
  try {
    if (decisions.some(({ effect }) => effect !== 'Allowed')) await context.require(checks)
    return { value: await prepare() }
  } catch (error) {
    if (error instanceof ServiceError) return { refusal: error }
    throw error
  }
}

function statementOf({ policyType, policy, statement, sid, did, mismatches }: Reason): RehearsedStatement {
  return {
    PolicyType: policyType,
    PolicyName: policy.name,
    ...(policy.arn === undefined ? {} : { PolicyArn: policy.arn }),
    Index: statement,
    ...(sid === undefined ? {} : { Sid: sid }),
    Did: did,
    ...(mismatches.length === 0 ? {} : { Mismatches: mismatches.map(mismatchOf) }),
  }
}

function mismatchOf({ element, operator, key, wanted }: Mismatch): RehearsedMismatch {
  return {
    Element: element,
    ...(operator === undefined ? {} : { Operator: operator }),
    ...(key === undefined ? {} : { Key: key }),
    Wanted: wanted.slice(0, mostWanted),
  }
}
