import { compilePattern, type TextMatcher } from './pattern.ts'
import { anyRun, type FixedPart, type Part } from './template.ts'

/** A resource name as a request gives it, cut once for all the patterns it will meet. */
export interface ResourceName {
  readonly text: string
  /** The six segments of an ARN; undefined when it is none, as the `*` of an action without resources. */
  readonly segments: readonly string[] | undefined
}

const segmentCount = 6

export function resourceName(text: string): ResourceName {
  return { text, segments: splitArn(text) }
}

/** Cuts at the first five colons: `arn`, partition, service, region, account, resource. Undefined when there are fewer. */
export function splitArn(text: string): readonly string[] | undefined {
  const segments: string[] = []
  let start = 0
  while (segments.length < segmentCount - 1) {
    const colon = text.indexOf(':', start)
    if (colon === -1) return undefined
    segments.push(text.slice(start, colon))
    start = colon + 1
  }
  segments.push(text.slice(start))
  return segments
}

/** Cuts a pattern at its first five colons, not counting those inside a variable's name. May give fewer than six. */
export function splitTemplate<P extends Part>(parts: readonly P[]): readonly (readonly (P | string)[])[] {
  let segment: (P | string)[] = []
  const segments = [segment]
  const next = (): void => {
    segment = []
    segments.push(segment)
  }
  for (const part of parts) {
    if (typeof part !== 'string') {
      segment.push(part)
      continue
    }
    let rest: string = part
    for (let colon = rest.indexOf(':'); colon !== -1 && segments.length < segmentCount; colon = rest.indexOf(':')) {
      if (colon > 0) segment.push(rest.slice(0, colon))
      next()
      rest = rest.slice(colon + 1)
    }
    if (rest !== '') segment.push(rest)
  }
  return segments
}

/**
 * Whether a name matches, segment by segment: a wildcard never crosses one of the first five colons, but inside
 * the sixth segment it crosses `/` and `:`. A pattern of fewer segments is filled up with `*`, as policies written
 * elsewhere expect (our own API refuses them); one without any colon is matched against the whole name.
 */
export function compileArnPattern(parts: readonly FixedPart[]): (name: ResourceName) => boolean {
  if (parts.length > 0 && parts.every((part) => part === anyRun)) return () => true
  const segments = splitTemplate(parts)
  if (segments.length === 1) {
    const matches = compilePattern(parts)
    return ({ text }) => matches(text)
  }
  return compileSegments(segments.map(matcherOf))
}

/** The test for a name by matchers of its segments; undefined stands for `*`. */
export function compileSegments(matchers: readonly (TextMatcher | undefined)[]): (name: ResourceName) => boolean {
  const tests: { at: number; matches: TextMatcher }[] = []
  // The resource differs most often, so it is asked first.
  for (let at = matchers.length - 1; at >= 0; at--) {
    const matches = matchers[at]
    if (matches !== undefined) tests.push({ at, matches })
  }
  return ({ segments }) => {
    if (segments === undefined) return false
    for (const { at, matches } of tests) {
      if (!matches(segments[at] ?? '')) return false
    }
    return true
  }
}

/** Undefined for `*`, so that it costs nothing. */
export function matcherOf(parts: readonly FixedPart[]): TextMatcher | undefined {
  return parts.length === 1 && parts[0] === anyRun ? undefined : compilePattern(parts)
}
