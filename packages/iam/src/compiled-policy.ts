import { type ActionMatcher, compileAction } from './action-matcher.ts'
import { type ConditionTest, compileCondition } from './condition.ts'
import type { PolicyDocument, PrincipalElement, Statement } from './document.ts'
import { compileResource, type ResourceMatcher } from './resource-matcher.ts'

/** How a policy is called in reasons. */
export interface PolicyLabel {
  readonly name: string
  readonly arn?: string
}

/** One statement, ready to be asked. */
export interface CompiledStatement {
  readonly source: Statement
  /** Its place in the document, from 0. */
  readonly index: number
  /** Why it can never apply: an Allow that says something nobody understands. */
  readonly unusable: string | undefined
  readonly covers: ActionMatcher
  readonly principal: PrincipalElement | undefined
  readonly resource: ResourceMatcher
  readonly tests: readonly ConditionTest[]
}

/** The statements of one policy that are about one action. */
export interface Selection {
  readonly denies: readonly CompiledStatement[]
  readonly allows: readonly CompiledStatement[]
  /** The condition keys that they ask for, in lower case. */
  readonly keys: readonly string[]
}

/** A policy compiled to closures. Compile once for each stored version and keep it: it remembers what it is asked. */
export interface CompiledPolicy {
  readonly label: PolicyLabel
  readonly document: PolicyDocument
  readonly statements: readonly CompiledStatement[]
  /** The statements about an action, given in lower case. */
  select(action: string): Selection
}

// A server has a few hundred actions; a caller that makes names up must not fill the memory.
const mostRemembered = 1_024

export function compilePolicy(document: PolicyDocument, label: PolicyLabel): CompiledPolicy {
  const variables = document.version === '2012-10-17'
  const statements = document.statements.map((statement, index) => compileStatement(statement, index, variables))
  const remembered = new Map<string, Selection>()
  const pick = (action: string): Selection => {
    const about = statements.filter(({ unusable, covers }) => unusable === undefined && covers(action))
    return {
      denies: about.filter(({ source }) => source.effect === 'Deny'),
      allows: about.filter(({ source }) => source.effect === 'Allow'),
      keys: [...new Set(about.flatMap(keysOf))],
    }
  }
  return {
    label,
    document,
    statements,
    select(action) {
      const known = remembered.get(action)
      if (known !== undefined) return known
      if (remembered.size >= mostRemembered) remembered.clear()
      const selection = pick(action)
      remembered.set(action, selection)
      return selection
    },
  }
}

function keysOf({ tests, resource }: CompiledStatement): readonly string[] {
  return [...tests.flatMap(({ keys }) => keys), ...resource.keys]
}

function compileStatement(source: Statement, index: number, variables: boolean): CompiledStatement {
  const tests = source.conditions.map((condition) => compileCondition(condition, variables))
  return {
    source,
    index,
    unusable: source.effect === 'Allow' ? whyUnusable(source, tests) : undefined,
    covers: compileAction(source.action, source.effect),
    principal: source.principal,
    resource: compileResource(source.resource, variables),
    // In a Deny an operator that nobody knows narrows nothing.
    tests: tests.filter((test) => test !== undefined),
  }
}

function whyUnusable(source: Statement, tests: readonly (ConditionTest | undefined)[]): string | undefined {
  if (source.fault !== undefined) return source.fault
  const unknown = source.conditions[tests.indexOf(undefined)]
  if (unknown !== undefined) return `unknown condition operator ${unknown.operator}`
  // Only a statement with a principal may leave its resource out: it is a role's trust policy.
  return (source.resource ?? source.principal) ? undefined : 'no Resource'
}
