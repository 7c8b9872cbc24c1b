import { isObject } from '../../disk/read-text.ts'
import { Room } from './room.ts'

/** Names that a document may give its parameters; anything else in braces is left as it is. */
const placeholder = /\{\{\s*([A-Za-z0-9]{1,256})\s*\}\}/g

/**
 * Puts parameter values in place of `{{ name }}`, in one pass: a value that looks like a placeholder stays as it is.
 * A text that is a placeholder and nothing else becomes the value itself, so a list stays a list; inside a longer
 * text, what is not a string is written as JSON and `$$` of a value becomes `$` (Amazon's agent 3.3 does so, for the
 * sake of documents that were written around a fault of older ones). Unknown names are left as they are.
 * Throws InvalidDocument when there is no room for all of it.
 */
export function substitute(
  template: unknown,
  parameters: ReadonlyMap<string, unknown>,
  room: Room = new Room(),
): unknown {
  if (typeof template === 'string') return substituteText(template, parameters, room)
  if (Array.isArray(template)) return template.map((item: unknown) => substitute(item, parameters, room))
  if (!isObject(template)) return template
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => [name, substitute(value, parameters, room)]),
  )
}

function substituteText(text: string, parameters: ReadonlyMap<string, unknown>, room: Room): unknown {
  const alone = /^\{\{\s*([A-Za-z0-9]{1,256})\s*\}\}$/.exec(text)?.[1]
  if (alone !== undefined && parameters.has(alone)) {
    const value = parameters.get(alone)
    room.take(value)
    return value
  }
  return text.replace(placeholder, (found, name: string) => {
    if (!parameters.has(name)) return found
    const value = parameters.get(name)
    const written = typeof value === 'string' ? value : JSON.stringify(value)
    room.take(written)
    return written.replaceAll('$$', () => '$')
  })
}

/** The values given, and the document's defaults for the others. */
export function withDefaults(declared: unknown, given: unknown): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>()
  if (isObject(declared)) {
    for (const [name, declaration] of Object.entries(declared)) {
      if (isObject(declaration) && declaration['default'] !== undefined) values.set(name, declaration['default'])
    }
  }
  if (isObject(given)) {
    for (const [name, value] of Object.entries(given)) {
      if (value !== null && value !== undefined) values.set(name, value)
    }
  }
  return values
}
