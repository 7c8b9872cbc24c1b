import type { Operator } from '../operator.ts'
import { type FixedPart, readTemplate } from '../template.ts'
import { templateMatcher } from '../value-matcher.ts'

/** `true` and `false`, in any case; anything else matches nothing, not even itself. */
export const boolOperators: readonly Operator[] = [
  {
    name: 'Bool',
    negated: false,
    form: { wildcards: false, variables: true },
    accepts: isBool,
    compile: (values, form) =>
      templateMatcher(
        values.map((value) => readTemplate(value, form)),
        equalBool,
      ),
  },
]

function equalBool(parts: readonly FixedPart[]): (value: string) => boolean {
  const wanted = parts.join('').toLowerCase()
  return isBool(wanted) ? (value) => value.toLowerCase() === wanted : () => false
}

function isBool(value: string): boolean {
  return /^(?:true|false)$/i.test(value)
}
