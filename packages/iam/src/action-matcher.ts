import type { Effect, PatternElement } from './document.ts'
import { compilePattern } from './pattern.ts'
import { isFixed, readTemplate } from './template.ts'

/** Action or NotAction, compiled: whether it covers an action, given in lower case. */
export type ActionMatcher = (action: string) => boolean

/**
 * An entry is `*` or `service:name`. One without a colon is not AWS's and grants nothing; where it restricts, in a
 * Deny or in what an Allow leaves out, it is still taken for the pattern it seems to be.
 */
export function compileAction({ negated, patterns }: PatternElement, effect: Effect): ActionMatcher {
  const restricts = (effect === 'Deny') !== negated
  const tests = patterns
    .filter((pattern) => pattern === '*' || pattern.includes(':') || restricts)
    .map((pattern) => readTemplate(pattern.toLowerCase(), { wildcards: true, variables: false }))
    .filter(isFixed)
    .map(compilePattern)
  return (action) => tests.some((matches) => matches(action)) !== negated
}
