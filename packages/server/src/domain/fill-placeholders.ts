import { ServiceError } from './error.ts'
import type { TypedParameters } from './parameters.ts'

/** A node takes control messages up to 142,000 bytes (agent reference, 4); more would not fit however it is quoted. */
const longestFilled = 100_000

/**
 * A document's value with `{{ name }}` replaced by what was given, in one pass: a value is never looked at
 * again, so that it cannot name another parameter. A text that is nothing but a placeholder becomes the
 * value itself; elsewhere what is no text is written as JSON.
 *
 * @throws {ServiceError} InvalidParameters when the outcome is too long
 */
export function fillPlaceholders(value: unknown, parameters: TypedParameters): unknown {
  let length = 0
  const grow = (text: string): string => {
    length += text.length
    if (length <= longestFilled) return text
    throw new ServiceError('InvalidParameters', `Document and parameters are over ${longestFilled} characters.`)
  }
  const given = (name: string) => (Object.hasOwn(parameters, name) ? parameters[name] : undefined)

  const fillText = (text: string): unknown => {
    const whole = /^\{\{\s*([A-Za-z0-9_.-]{1,255})\s*\}\}$/.exec(text)
    const only = whole && given(whole[1] ?? '')
    if (only !== undefined && only !== null) {
      grow(typeof only === 'string' ? only : JSON.stringify(only))
      return only
    }
    let filled = ''
    let from = 0
    for (const match of text.matchAll(/\{\{\s{0,16}([A-Za-z0-9_.-]{1,255})\s{0,16}\}\}/g)) {
      const found = given(match[1] ?? '')
      if (found === undefined) continue
      filled += grow(text.slice(from, match.index) + (typeof found === 'string' ? found : JSON.stringify(found)))
      from = match.index + match[0].length
    }
    return filled + grow(text.slice(from))
  }
  const fill = (part: unknown): unknown => {
    if (typeof part === 'string') return fillText(part)
    if (Array.isArray(part)) return part.map(fill)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, fill(member)]))
  }
  return fill(value)
}
