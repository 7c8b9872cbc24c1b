import type { PolicyLabel } from './compiled-policy.ts'
import type { PolicyType } from './policy-set.ts'

/** What one statement did to a request. */
export interface Reason {
  readonly policyType: PolicyType
  readonly policy: PolicyLabel
  /** The statement's place in its document, from 0. */
  readonly statement: number
  readonly sid?: string
  readonly did: 'allowed' | 'denied' | 'nearly matched'
  /** What kept a statement that nearly matched from allowing; empty for the others. */
  readonly mismatches: readonly Mismatch[]
}

/** One element of a statement that did not fit the request. */
export interface Mismatch {
  /** `Statement` when it could not be understood at all. */
  readonly element:
    | 'Action'
    | 'NotAction'
    | 'Resource'
    | 'NotResource'
    | 'Principal'
    | 'NotPrincipal'
    | 'Condition'
    | 'Statement'
  /** Of a condition. */
  readonly operator?: string
  /** Of a condition. */
  readonly key?: string
  /** What the statement says. */
  readonly wanted: readonly string[]
  /** What the request has; undefined when it lacks the condition key. */
  readonly got: readonly string[] | undefined
}
