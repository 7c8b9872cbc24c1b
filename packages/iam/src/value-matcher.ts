import type { Context } from './context.ts'
import { type FixedPart, isFixed, type Part, resolve, variablesOf } from './template.ts'

/** Tests one value of a request against the values of a policy. */
export interface ValueMatcher {
  /** Keys of the variables in the policy's values, in lower case. */
  readonly variables: readonly string[]
  matches(value: string, context: Context): boolean
}

/** A test of values that were all known when the policy was compiled. */
export function fixedMatcher(matches: (value: string) => boolean): ValueMatcher {
  return { variables: [], matches }
}

/** A test that holds when one of `wanted` accepts the request's value, read by `read`; what cannot be read matches nothing. */
export function comparison<Wanted, Asked>(
  wanted: readonly (Wanted | undefined)[],
  read: (value: string) => Asked | undefined,
  accepts: (asked: Asked, wanted: Wanted) => boolean,
): ValueMatcher {
  const known = wanted.filter((one) => one !== undefined)
  return fixedMatcher((value) => {
    const asked = read(value)
    return asked !== undefined && known.some((one) => accepts(asked, one))
  })
}

/**
 * A test of templates: those without variables are compiled once, the others when asked. An entry whose variable
 * has no value matches nothing.
 */
export function templateMatcher(
  templates: readonly (readonly Part[])[],
  compile: (parts: readonly FixedPart[]) => (value: string) => boolean,
): ValueMatcher {
  const fixed = templates.filter(isFixed).map(compile)
  const open = templates.filter((parts) => !isFixed(parts))
  const [only] = fixed
  if (only !== undefined && fixed.length === 1 && open.length === 0) return fixedMatcher(only)
  return {
    variables: open.flatMap(variablesOf),
    matches(value, context) {
      if (fixed.some((matches) => matches(value))) return true
      return open.some((template) => {
        const parts = resolve(template, context)
        return parts !== undefined && compile(parts)(value)
      })
    },
  }
}
