import type { CompiledStatement } from './compiled-policy.ts'
import { valuesOf } from './context.ts'
import type { PatternElement } from './document.ts'
import { granteeOf } from './grantee.ts'
import type { Question } from './judge.ts'
import type { PolicyType } from './policy-set.ts'
import type { Mismatch } from './reason.ts'

/** Which elements of an Allow statement keep it from allowing; the action first. */
export function mismatchesOf(
  statement: CompiledStatement,
  type: PolicyType,
  question: Question,
  action: string,
): readonly Mismatch[] {
  const { source, covers, resource, tests, unusable } = statement
  const { resource: name, context } = question
  const found: Mismatch[] = []
  if (!covers(action.toLowerCase())) found.push(ofPatterns('Action', source.action, action))
  if (unusable !== undefined) found.push({ element: 'Statement', wanted: [unusable], got: undefined })
  found.push(...principalMismatches(statement, type, question))
  if (source.resource !== undefined && !resource.matches(name, context)) {
    found.push(ofPatterns('Resource', source.resource, name.text))
  }
  for (const test of tests) {
    if (test.holds(context)) continue
    const { operator, key, values } = test.source
    const value = context(key.toLowerCase())
    found.push({
      element: 'Condition',
      operator,
      key,
      wanted: values,
      got: value === undefined ? undefined : valuesOf(value),
    })
  }
  return found
}

function principalMismatches({ source }: CompiledStatement, type: PolicyType, question: Question): readonly Mismatch[] {
  const { principal } = source
  const { arn } = question.principal
  const atResource = type === 'resource' || type === 'rcp'
  if (principal === undefined) {
    return type === 'resource' ? [{ element: 'Principal', wanted: [], got: [arn] }] : []
  }
  if (atResource && granteeOf(principal, question.principal) !== undefined) return []
  const wanted = principal.entries.map(({ value }) => value)
  return [{ element: principal.negated ? 'NotPrincipal' : 'Principal', wanted, got: [arn] }]
}

function ofPatterns(name: 'Action' | 'Resource', { negated, patterns }: PatternElement, got: string): Mismatch {
  return { element: negated ? `Not${name}` : name, wanted: patterns, got: [got] }
}
