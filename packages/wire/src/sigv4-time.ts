import { SignatureError } from './sigv4-error.ts'

const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** `20150830T123600Z`: ISO 8601's basic format, whole seconds. */
export function formatTimestamp(at: Date): string {
  const iso = at.toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** Milliseconds since the epoch of a basic-format timestamp, or undefined if it isn't one. */
export function parseTimestamp(text: string): number | undefined {
  if (text.length !== 16) return undefined
  const part = (from: number, to: number) => Number(text.slice(from, to))
  const ms = Date.UTC(part(0, 4), part(4, 6) - 1, part(6, 8), part(9, 11), part(11, 13), part(13, 15))
  return Number.isNaN(ms) || formatTimestamp(new Date(ms)) !== text ? undefined : ms
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
