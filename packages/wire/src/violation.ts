import { WireError } from './wire-error.ts'

/** Where in a request a value stands: a chain from the inside out, so that it costs little until it is told. */
export interface Place {
  readonly parent: Place | undefined
  readonly name: string
}

/** One broken constraint in AWS's words. */
export type Violation = string

/** More than these are not told. */
export const mostViolations = 10

const longestEcho = 1024

/** A violation of a value at a place. A value that is or holds a secret is not repeated. */
export function violation(place: Place, value: unknown, secret: boolean, constraint: string): Violation {
  const echo = secret ? '' : ` ${value === undefined ? 'null' : `'${textOf(value)}'`}`
  return `Value${echo} at '${placeText(place)}' failed to satisfy constraint: ${constraint}`
}

/** The error for one or more violations, under the code that the protocol has for it. */
export function validationError(code: string, violations: readonly Violation[]): WireError {
  const { length } = violations
  return new WireError(code, `${length} validation error${length === 1 ? '' : 's'} detected: ${violations.join('; ')}`)
}

function placeText(place: Place): string {
  const names: string[] = []
  for (let at: Place | undefined = place; at; at = at.parent) names.push(at.name)
  return names.reverse().join('.')
}

// As Java prints collections, which is what AWS's texts show.
function textOf(value: unknown): string {
  const text = javaText(value)
  return text.length > longestEcho ? `${text.slice(0, longestEcho)}…` : text
}

function javaText(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (Array.isArray(value)) return `[${value.slice(0, 100).map(javaText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const entries = Object.entries(value).slice(0, 100)
  return `{${entries.map(([key, part]) => `${key}=${javaText(part)}`).join(', ')}}`
}
