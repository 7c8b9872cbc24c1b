/** What the linter has to say about one place of a policy. */
export interface LintFinding {
  /** Stable, in words: `ec2-only-nodes`. */
  readonly code: string
  /** `error`: it does not do what it says. `warning`: it does more, or less, than one thinks. `note`: good to know. */
  readonly severity: 'error' | 'warning' | 'note'
  /** The statement, from 0; absent when the policy as a whole is meant. */
  readonly statement?: number
  readonly sid?: string
  /** From 1. */
  readonly line: number
  readonly column: number
  /** What is wrong. */
  readonly message: string
  /** What to write instead. */
  readonly instead: string
}

/** A finding before its place is counted in lines. */
export interface RawFinding extends Pick<LintFinding, 'code' | 'severity' | 'message' | 'instead'> {
  readonly statement?: number
  readonly offset: number
}
