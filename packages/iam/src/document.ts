/** A policy document as it was read: AWS's grammar with its shorthands written out. Nothing in it is compiled. */
export interface PolicyDocument {
  /** Absent means 2008-10-17. */
  readonly version: '2008-10-17' | '2012-10-17'
  readonly id?: string
  readonly statements: readonly Statement[]
}

export type Effect = 'Allow' | 'Deny'

export interface Statement {
  readonly sid?: string
  readonly effect: Effect
  readonly principal?: PrincipalElement
  readonly action: PatternElement
  /** Absent in trust policies, where the role is meant. */
  readonly resource?: PatternElement
  readonly conditions: readonly ConditionElement[]
  /** Set by the tolerant reader when part of the statement could not be understood: then it never allows. */
  readonly fault?: string
}

/** Action, NotAction, Resource or NotResource. */
export interface PatternElement {
  readonly negated: boolean
  readonly patterns: readonly string[]
}

/** Principal or NotPrincipal. */
export interface PrincipalElement {
  readonly negated: boolean
  readonly entries: readonly PrincipalEntry[]
}

export interface PrincipalEntry {
  readonly type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'
  readonly value: string
}

/** One operator on one key. Several are joined by AND. */
export interface ConditionElement {
  /** As written: `ForAnyValue:StringLike`. */
  readonly operator: string
  /** As written: `aws:PrincipalTag/team`. */
  readonly key: string
  readonly values: readonly string[]
}
