import type { ConditionElement, PrincipalEntry, Statement } from './document.ts'
import type { Place } from './malformed-policy.ts'

/**
 * What to do about what is found on the way. A fault makes a statement impossible to understand; a rule is only
 * what AWS asks of a policy that is being written. The strict parser throws on both, the tolerant reader notes the
 * first and lets the second pass.
 */
export interface Findings {
  fault(message: string, place: Place): void
  rule(holds: boolean, message: string, place: Place): void
  /** Looks at one text of the policy. */
  text(element: TextElement, text: string, place: Place): void
  /** Looks at one operator on one key. */
  condition(condition: ConditionElement, place: Place): void
  /** Looks at a statement as a whole. */
  statement(statement: Statement, place: Place): void
}

export type TextElement = 'Id' | 'Sid' | 'Action' | 'Resource' | PrincipalEntry['type']
