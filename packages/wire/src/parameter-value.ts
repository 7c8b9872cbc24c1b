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
  if (type === 'MapList') return given.map((text) => parseMap(text))
  const [text, ...more] = given
  // No value is not the empty text: it would pass every bound that the document declares.
  if (text === undefined || more.length > 0) throw new MessageError(`a parameter of type ${type} takes one value`)
  switch (type) {
    case 'String':
      return text
    case 'StringMap':
      return parseMap(text)
    case 'Boolean':
      if (text !== 'true' && text !== 'false') throw new MessageError('a Boolean parameter must be true or false')
      return text === 'true'
    case 'Integer':
      if (!/^-?\d{1,15}$/.test(text)) throw new MessageError('an Integer parameter must be a whole number')
      return Number(text)
  }
}

export function isParameterValue(value: unknown): value is ParameterValue {
  return value !== null && ['string', 'number', 'boolean', 'object'].includes(typeof value)
}

function parseMap(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new MessageError('a StringMap parameter must be JSON', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MessageError('a StringMap parameter must be a JSON object')
  }
  return value as Readonly<Record<string, unknown>> // just seen to be a JSON object
}
