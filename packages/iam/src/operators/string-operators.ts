import type { Operator } from '../operator.ts'
import { compilePattern } from '../pattern.ts'
import { type FixedPart, readTemplate, type TemplateForm } from '../template.ts'
import { templateMatcher, type ValueMatcher } from '../value-matcher.ts'

const exact: TemplateForm = { wildcards: false, variables: true }
const like: TemplateForm = { wildcards: true, variables: true }

/** In Equals a `*` is a star; in Like it is a wildcard. Case counts but for …IgnoreCase. */
export const stringOperators: readonly Operator[] = [
  stringOperator('StringEquals', false, exact, equalText),
  stringOperator('StringNotEquals', true, exact, equalText),
  stringOperator('StringEqualsIgnoreCase', false, exact, equalTextOfAnyCase),
  stringOperator('StringNotEqualsIgnoreCase', true, exact, equalTextOfAnyCase),
  stringOperator('StringLike', false, like, compilePattern),
  stringOperator('StringNotLike', true, like, compilePattern),
]

type Compile = (parts: readonly FixedPart[]) => (value: string) => boolean

function stringOperator(name: string, negated: boolean, form: TemplateForm, compile: Compile): Operator {
  return {
    name,
    negated,
    form,
    accepts: () => true,
    compile: (values, used): ValueMatcher =>
      templateMatcher(
        values.map((value) => readTemplate(value, used)),
        compile,
      ),
  }
}

function equalText(parts: readonly FixedPart[]): (value: string) => boolean {
  const wanted = parts.join('')
  return (value) => value === wanted
}

function equalTextOfAnyCase(parts: readonly FixedPart[]): (value: string) => boolean {
  const wanted = parts.join('').toLowerCase()
  return (value) => value.toLowerCase() === wanted
}
