import { SignatureError } from './sigv4-error.ts'

const unreservedPath = /^[A-Za-z0-9\-._~/]*$/
const unreservedText = /^[A-Za-z0-9\-._~]*$/
const escapes = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)

function isUnreserved(code: number): boolean {
  if (code >= 0x61) return code <= 0x7a || code === 0x7e
  if (code >= 0x41) return code <= 0x5a || code === 0x5f
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e
}

function escapeByte(code: number): string {
  const escaped = escapes[code]
  if (escaped === undefined) throw new SignatureError('malformed', 'The request target holds more than bytes.')
  return escaped
}

function readEscape(text: string, at: number): number {
  const digits = text.slice(at + 1, at + 3)
  if (digits.length < 2) throw new SignatureError('malformed', 'Incomplete trailing escape % sequence')
  const byte = /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : undefined
  if (byte === undefined) throw new SignatureError('malformed', `Illegal hex character in escape % pattern: %${digits}`)
  return byte
}

/** Escapes every byte of a path but unreserved ones and slashes; a `%` that is there already becomes `%25`. */
export function encodePath(path: string): string {
  if (unreservedPath.test(path)) return path
  let encoded = ''
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at)
    encoded += code === 0x2f || isUnreserved(code) ? path.charAt(at) : escapeByte(code)
  }
  return encoded
}

/** A path as it was sent, which every signer for S3 signs; only bytes that no path may hold plainly are escaped. */
export function pathAsSent(path: string): string {
  return path.replace(/[^!-~]/g, (byte) => escapeByte(byte.charCodeAt(0)))
}

/**
 * A name or value of a query with each byte escaped once, however the client escaped it: unreserved bytes plain, everything
 * else as `%XX`. A plain `+` is a space, as forms have it and as we read it.
 */
export function reencodeQueryText(text: string): string {
  if (unreservedText.test(text)) return text
  let encoded = ''
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at)
    if (code === 0x25) {
      code = readEscape(text, at)
      at += 2
    } else if (code === 0x2b) code = 0x20
    encoded += isUnreserved(code) ? String.fromCharCode(code) : escapeByte(code)
  }
  return encoded
}

/** The text that a name or value of a query stands for. Throws SignatureError on a bad escape or bad UTF-8. */
export function decodeQueryText(text: string): string {
  if (unreservedText.test(text)) return text
  return decodeUtf8Escapes(reencodeQueryText(text))
}

/** Turns one character for each byte into the text those bytes spell in UTF-8. */
export function decodeByteString(text: string): string {
  let escaped = ''
  for (let at = 0; at < text.length; at++) escaped += escapeByte(text.charCodeAt(at))
  return decodeUtf8Escapes(escaped)
}

function decodeUtf8Escapes(escaped: string): string {
  try {
    return decodeURIComponent(escaped)
  } catch (cause) {
    throw new SignatureError('malformed', 'The request holds text that is not UTF-8.', { cause })
  }
}

/** Percent-encodes a text for a query, AWS's way. */
export function encodeQueryText(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => escapeByte(mark.charCodeAt(0)))
}
