import { compileArnPattern, compileSegments, matcherOf, type ResourceName, splitTemplate } from './arn.ts'
import type { Context } from './context.ts'
import type { PatternElement } from './document.ts'
import { isFixed, type Part, readTemplate, resolve, variablesOf } from './template.ts'

/** Resource or NotResource, compiled. */
export interface ResourceMatcher {
  /** Whether every resource passes, so that it need not be asked. */
  readonly always: boolean
  /** Keys of its variables, in lower case. */
  readonly keys: readonly string[]
  matches(name: ResourceName, context: Context): boolean
  /** The same test for requests that all have these values for its variables. */
  bind(context: Context): ResourceMatcher
}

type Entry = (name: ResourceName) => boolean

const everyResource: ResourceMatcher = { always: true, keys: [], matches: () => true, bind: () => everyResource }

/** Compiles the element; without one (a trust policy is about its own role) every resource passes. */
export function compileResource(element: PatternElement | undefined, variables: boolean): ResourceMatcher {
  if (element === undefined || (!element.negated && element.patterns.includes('*'))) return everyResource
  const templates = element.patterns.map((pattern) => readTemplate(pattern, { wildcards: true, variables }))
  const fixed = templates.filter(isFixed).map(compileArnPattern)
  return resourceMatcher(element.negated, fixed, templates.filter((parts) => !isFixed(parts)).flatMap(openEntry))
}

/** An entry with variables: its first five segments compiled, the sixth to be resolved. */
interface OpenEntry {
  readonly head: Entry
  readonly resource: readonly Part[]
}

/** A variable before the fifth colon means nothing, so such an entry matches nothing (IAM guide, policy variables). */
function openEntry(template: readonly Part[]): readonly OpenEntry[] {
  const segments = splitTemplate(template)
  const head = segments.slice(0, 5)
  const resource = segments[5]
  if (resource === undefined || !head.every(isFixed)) return []
  return [{ head: compileSegments(head.map(matcherOf)), resource }]
}

function resourceMatcher(negated: boolean, fixed: readonly Entry[], open: readonly OpenEntry[]): ResourceMatcher {
  return {
    always: false,
    keys: open.flatMap(({ resource }) => variablesOf(resource)),
    matches(name, context) {
      for (const entry of fixed) if (entry(name)) return !negated
      for (const entry of open) if (entry.head(name) && entryOf(entry, context)?.(name)) return !negated
      return negated
    },
    bind(context) {
      const bound = open.flatMap((entry) => {
        const tail = entryOf(entry, context)
        return tail === undefined ? [] : [(name: ResourceName) => entry.head(name) && tail(name)]
      })
      return resourceMatcher(negated, [...fixed, ...bound], [])
    },
  }
}

/** The test of the sixth segment; undefined when a variable has no value, so that the entry matches nothing. */
function entryOf({ resource }: OpenEntry, context: Context): Entry | undefined {
  const parts = resolve(resource, context)
  if (parts === undefined) return undefined
  return compileSegments([undefined, undefined, undefined, undefined, undefined, matcherOf(parts)])
}
