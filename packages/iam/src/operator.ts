import { arnOperators } from './operators/arn-operators.ts'
import { binaryOperators } from './operators/binary-operators.ts'
import { boolOperators } from './operators/bool-operators.ts'
import { dateOperators } from './operators/date-operators.ts'
import { ipOperators } from './operators/ip-operators.ts'
import { numericOperators } from './operators/numeric-operators.ts'
import { stringOperators } from './operators/string-operators.ts'
import type { TemplateForm } from './template.ts'
import type { ValueMatcher } from './value-matcher.ts'

/** One condition operator without its prefix and suffix. */
export interface Operator {
  /** As AWS writes it. */
  readonly name: string
  /** A negated operator holds when none of the policy's values matches, and when the key is missing. */
  readonly negated: boolean
  /** How policy values are read; what `variables` says holds in version 2012-10-17 only. */
  readonly form: TemplateForm
  /** Whether a policy value without variables can mean anything to this operator. */
  accepts(value: string): boolean
  /** A test for one value of the request: does any of the policy's values match? What is no value of its kind matches nothing. */
  compile(values: readonly string[], form: TemplateForm): ValueMatcher
}

/** How a condition names its operator: `ForAnyValue:StringLikeIfExists`. */
export interface OperatorUse {
  readonly operator: Operator | 'Null'
  readonly quantifier: 'all' | 'any' | undefined
  readonly ifExists: boolean
}

const operators: ReadonlyMap<string, Operator> = new Map(
  [
    ...stringOperators,
    ...numericOperators,
    ...dateOperators,
    ...boolOperators,
    ...binaryOperators,
    ...ipOperators,
    ...arnOperators,
  ].map((operator) => [operator.name.toLowerCase(), operator]),
)

const useForm = /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/

/** Reads an operator's name, in any case; undefined when IAM has no such operator. */
export function readOperator(text: string): OperatorUse | undefined {
  const [, prefix, name, suffix] = useForm.exec(text.toLowerCase()) ?? []
  if (name === undefined) return undefined
  const quantifier = prefix === undefined ? undefined : prefix === 'forallvalues' ? 'all' : 'any'
  const ifExists = suffix !== undefined
  // Null asks about the key itself, so neither a set nor a missing key means anything to it.
  if (name === 'null') return quantifier || ifExists ? undefined : { operator: 'Null', quantifier, ifExists }
  const operator = operators.get(name)
  return operator && { operator, quantifier, ifExists }
}
