import { parseForm } from './form.ts'
import { parseJson } from './json-text.ts'
import type { Member, Shape } from './shape.ts'
import { WireError } from './wire-error.ts'

/** Where the members of a rest-json request stand that are not in its body. */
export interface RequestPlaces {
  readonly uri: Readonly<Record<string, string>>
  /** As sent, without the question mark. */
  readonly query: string
}

/** The input as one JSON value: what the path and the query string carry joins what the body holds. */
export function restInput(shape: Shape, body: Uint8Array, { uri, query }: RequestPlaces): unknown {
  const placed = placedMembers(shape)
  const parsed = body.length === 0 ? {} : parseJson(body)
  if (placed.length === 0) return parsed
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new WireError('SerializationException', 'Expected a structure')
  }
  const input: Record<string, unknown> = { ...parsed }
  const asked = parseForm(new TextEncoder().encode(query))
  for (const { wireName, location, shape } of placed) {
    const text = location === 'uri' ? uri[wireName] : asked.parts.get(wireName)?.text
    delete input[wireName]
    if (text !== undefined) input[wireName] = placedValue(text, shape)
  }
  return input
}

export function placedMembers(shape: Shape): readonly Member[] {
  return shape.type === 'structure' ? shape.members.filter(({ location }) => location !== undefined) : []
}

/** What is no number or truth value stays a text, which the shape's own decoder refuses. */
function placedValue(text: string, { type }: Shape): unknown {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if ((type === 'integer' || type === 'long') && /^-?\d{1,16}$/.test(text)) return Number(text)
  return text
}
