const isoTimestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/
const latestSeconds = 8.64e12

/** The moment that is `seconds` after the epoch, to the millisecond; undefined where a Date cannot hold it. */
export function dateOfSeconds(seconds: number): Date | undefined {
  if (!(Math.abs(seconds) <= latestSeconds)) return undefined
  return new Date(Math.round(seconds * 1000))
}

/** The moment that an ISO 8601 text with a zone names; undefined for any other text. */
export function dateOfIso(text: string): Date | undefined {
  if (text.length > 40 || !isoTimestamp.test(text)) return undefined
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date
}
