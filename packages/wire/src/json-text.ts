import { WireError } from './wire-error.ts'

/** Deeper than any request of AWS's; a shape that contains itself could else be walked without end. */
export const deepest = 64

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d]

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses the JSON text of a body.
 *
 * @throws WireError SerializationException when it is not UTF-8, not JSON, or nested deeper than `deepest`.
 */
export function parseJson(body: Uint8Array): unknown {
  if (depthOf(body) > deepest)
    throw new WireError('SerializationException', `The body is nested deeper than ${deepest}`)
  try {
    return JSON.parse(utf8.decode(body))
  } catch (cause) {
    throw new WireError('SerializationException', 'The body is not valid JSON', { cause })
  }
}

/** The deepest nesting of brackets outside strings. It stops at the first place that is too deep. */
function depthOf(body: Uint8Array): number {
  let depth = 0
  let most = 0
  let inString = false
  for (let index = 0; index < body.length && most <= deepest; index++) {
    const byte = body[index]
    if (inString) {
      if (byte === backslash) index++
      else if (byte === quote) inString = false
    } else if (byte === quote) inString = true
    else if (byte === openBracket || byte === openBrace) most = Math.max(most, ++depth)
    else if (byte === closeBracket || byte === closeBrace) depth--
  }
  return most
}
