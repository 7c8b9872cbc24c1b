/** One request, as CloudTrail would tell it. Parameters are already masked where the model calls them sensitive. */
export interface AuditRecord {
  readonly eventTime: string
  readonly requestId: string
  readonly eventSource: string
  readonly eventName: string
  readonly userIdentity: {
    readonly type: string
    readonly arn: string
    readonly userId: string
    readonly accessKeyId?: string
    /** Of whom an issuer of identity tokens vouches for: the subject of the token. */
    readonly userName?: string
    /** The ARN of the issuer that vouched, for the request or for whoever began the session. */
    readonly identityProvider?: string
    /** Who is behind a role session, as it was said when the chain of sessions began. */
    readonly sourceIdentity?: string
  }
  readonly sourceIpAddress: string
  readonly userAgent: string
  readonly requestParameters?: unknown
  readonly errorCode?: string
  readonly errorMessage?: string
  /** What policies said about it; the denials first, and no more than a person would read. */
  readonly decisions?: readonly DecisionRecord[]
  /** How many decisions were made beyond those. */
  readonly moreDecisions?: number
  /** It was asked what would happen, and nothing did. */
  readonly dryRun?: true
}

/** One decision on one resource, with the statements behind it. */
export interface DecisionRecord {
  readonly action: string
  readonly resource: string
  readonly effect: 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied'
  /** `identity`, `resource`, `boundary`, `session`: the kind of policy that kept the caller out. */
  readonly deniedBy?: string
  /** Those that decided; of an implicit denial those that came nearest. None for root. */
  readonly statements: readonly StatementRecord[]
  /** The condition keys that those statements asked for; null for one that the request did not have. */
  readonly keys?: Readonly<Record<string, string | readonly string[] | null>>
}

export interface StatementRecord {
  readonly policyType: string
  readonly policy: string
  readonly policyArn?: string
  /** Its place in the policy, from 0. */
  readonly statement: number
  readonly sid?: string
  readonly did: 'allowed' | 'denied' | 'nearly matched'
  readonly mismatches?: readonly MismatchRecord[]
}

/** What kept a statement that nearly matched from allowing. */
export interface MismatchRecord {
  readonly element: string
  readonly operator?: string
  readonly key?: string
  readonly wanted: readonly string[]
  /** Missing when the request did not have the key. */
  readonly got?: readonly string[]
}
