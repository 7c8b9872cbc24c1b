import { type Context, isOneOf } from './context.ts'
import type { ConditionElement } from './document.ts'
import { readOperator } from './operator.ts'
import type { ValueMatcher } from './value-matcher.ts'

/** One operator on one key, compiled. A statement's condition holds when all of its tests do. */
export interface ConditionTest {
  readonly source: ConditionElement
  /** The keys its outcome depends on, in lower case. */
  readonly keys: readonly string[]
  holds(context: Context): boolean
}

/** Compiles one test. `variables` says whether the policy's version knows them; undefined means an operator nobody knows. */
export function compileCondition(source: ConditionElement, variables: boolean): ConditionTest | undefined {
  const use = readOperator(source.operator)
  if (use === undefined) return undefined
  const key = source.key.toLowerCase()
  if (use.operator === 'Null') return nullTest(source, key)
  const { operator, quantifier, ifExists } = use
  const { negated, form } = operator
  const test = operator.compile(source.values, { ...form, variables: form.variables && variables })
  const holds = quantifier ? ofSet(key, test, negated, quantifier, ifExists) : ofOne(key, test, negated, ifExists)
  return { source, keys: [key, ...test.variables], holds }
}

/** `true` asks for the key to be absent, `false` to be present. A list without values is no value. */
function nullTest(source: ConditionElement, key: string): ConditionTest {
  const wanted = source.values.map((value) => value.toLowerCase())
  const forAbsent = wanted.includes('true')
  const forPresent = wanted.includes('false')
  return { source, keys: [key], holds: (context) => (isAbsent(context(key)) ? forAbsent : forPresent) }
}

type Holds = (context: Context) => boolean

/** Without a set operator a multi-valued key never matches, negated or not. */
function ofOne(key: string, test: ValueMatcher, negated: boolean, ifExists: boolean): Holds {
  const whenAbsent = negated || ifExists
  return (context) => {
    const value = context(key)
    if (typeof value === 'string') return test.matches(value, context) !== negated
    if (value === undefined || isAbsent(value)) return whenAbsent
    return isOneOf(value) && value.oneOf.some((one) => test.matches(one, context)) !== negated
  }
}

/** ForAllValues holds for no values at all, which is why AWS tells people to add a Null test; ForAnyValue does not. */
function ofSet(key: string, test: ValueMatcher, negated: boolean, quantifier: 'all' | 'any', ifExists: boolean): Holds {
  const whenAbsent = quantifier === 'all' || ifExists
  return (context) => {
    const value = context(key)
    if (value === undefined || isAbsent(value)) return whenAbsent
    const asked = typeof value === 'string' ? [value] : isOneOf(value) ? value.oneOf : value
    const passes = (one: string): boolean => test.matches(one, context) !== negated
    return quantifier === 'all' ? asked.every(passes) : asked.some(passes)
  }
}

function isAbsent(value: ReturnType<Context>): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0)
}
