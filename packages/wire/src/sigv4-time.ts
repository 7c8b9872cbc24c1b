import { SignatureError } from './sigv4-error.ts'

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** `20150830T123600Z`: ISO 8601's basic format, whole seconds. */
export function formatTimestamp(at: Date): string {
  const iso = at.toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** Milliseconds since the epoch of a basic-format timestamp, or undefined if it isn't one. */
export function parseTimestamp(text: string): number | undefined {
  if (text.length !== 16 || text.charCodeAt(8) !== 0x54 || text.charCodeAt(15) !== 0x5a) return undefined
  const year = digits(text, 0, 4)
  const month = digits(text, 4, 6)
  const day = digits(text, 6, 8)
  const hour = digits(text, 9, 11)
  const minute = digits(text, 11, 13)
  const second = digits(text, 13, 15)
  const isTime = hour < 24 && minute < 60 && second < 60
  if (!isTime || !(year >= 1970) || !(month >= 1 && month <= 12) || !(day >= 1 && day <= 31)) return undefined
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  // A day that the month doesn't have would have rolled over into the next.
  return day > 28 && new Date(ms).getUTCDate() !== day ? undefined : ms
}

function digits(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/**
 * The signing time as a basic-format timestamp, from x-amz-date or else from Date, which may be in RFC 1123 form.
 * Throws SignatureError when neither form fits.
 */
export function readTimestamp(text: string): string {
  if (parseTimestamp(text) !== undefined) return text
  const ms = httpDate.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(ms)) return formatTimestamp(new Date(ms))
  const shown = text.slice(0, 64)
  throw new SignatureError(
    'incomplete',
    `Date must be in ISO-8601 'basic format'. Got '${shown}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  )
}
