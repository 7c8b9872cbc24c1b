import { MessageError } from './message-members.ts'

export type ParameterType = 'String' | 'StringList' | 'StringMap' | 'MapList' | 'Boolean' | 'Integer'

/** A parameter as the agent wants it: of the type that the document declares. */
export type ParameterValue = string | number | boolean | readonly unknown[] | Readonly<Record<string, unknown>>

/**
 * Turns what the API was given, always a list of texts, into a value of the declared type. An agent given a list for a
 * String can't read the message at all. Throws MessageError when the texts don't fit the type.
 */
export function parameterValue(type: ParameterType, given: readonly string[]): ParameterValue {
  if (type === 'StringList') return given
  if (type === 'MapList') return given.flatMap((text) => parseMaps(text))
  const [text, ...more] = given
  // No value is not the empty text: it would pass every bound that the document declares.
  if (text === undefined || more.length > 0) throw new MessageError(`a parameter of type ${type} takes one value`)
  switch (type) {
    case 'String':
      return text
    case 'StringMap':
      return asMap(parseJson(text))
    case 'Boolean':
      if (text !== 'true' && text !== 'false') throw new MessageError('a Boolean parameter must be true or false')
      return text === 'true'
    case 'Integer':
      if (!/^-?\d{1,15}$/.test(text)) throw new MessageError('an Integer parameter must be a whole number')
      return Number(text)
  }
}

/** For messages: `an Integer`, `a String`. */
export function withArticle(type: ParameterType): string {
  return type === 'Integer' ? `an ${type}` : `a ${type}`
}

export function isParameterValue(value: unknown): value is ParameterValue {
  return value !== null && ['string', 'number', 'boolean', 'object'].includes(typeof value)
}

/** AWS's reference says neither whether each map is a text of its own or the list is one: either is taken. */
function parseMaps(text: string): readonly Readonly<Record<string, unknown>>[] {
  const value = parseJson(text)
  return Array.isArray(value) ? value.map((item: unknown) => asMap(item)) : [asMap(value)]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MessageError('a map must be a JSON object', { cause })
  }
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MessageError('a map must be a JSON object')
  }
  return value as Readonly<Record<string, unknown>> // just seen to be a JSON object
}
