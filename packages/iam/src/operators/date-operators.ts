import type { Operator } from '../operator.ts'
import { comparison } from '../value-matcher.ts'

export const dateOperators: readonly Operator[] = [
  dateOperator('DateEquals', false, (order) => order === 0),
  dateOperator('DateNotEquals', true, (order) => order === 0),
  dateOperator('DateLessThan', false, (order) => order < 0),
  dateOperator('DateLessThanEquals', false, (order) => order <= 0),
  dateOperator('DateGreaterThan', false, (order) => order > 0),
  dateOperator('DateGreaterThanEquals', false, (order) => order >= 0),
]

function dateOperator(name: string, negated: boolean, holds: (order: number) => boolean): Operator {
  return {
    name,
    negated,
    form: { wildcards: false, variables: false },
    accepts: (value) => readInstant(value) !== undefined,
    compile: (values) => comparison(values.map(readInstant), readInstant, (asked, wanted) => holds(asked - wanted)),
  }
}

const epochForm = /^-?[0-9]{1,15}(?:\.[0-9]{1,9})?$/
const isoForm =
  /^([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?)?)?$/i

/**
 * An instant in milliseconds since 1970: seconds since then, or the W3C's ISO 8601 forms from year and month down
 * to fractions of a second; without a zone it is UTC. Undefined for any other text and for days no calendar has.
 * A bare number is always seconds, so a year needs its month.
 */
export function readInstant(text: string): number | undefined {
  if (epochForm.test(text)) return Number(text) * 1000
  const found = isoForm.exec(text)
  if (found === null) return undefined
  const [, years, months = '01', days = '01', hours = '00', minutes = '00', seconds = '00', fraction = '0', zone] =
    found
  const month = Number(months)
  const day = Number(days)
  if (month < 1 || month > 12 || day < 1 || day > lengthOfMonth(Number(years), month)) return undefined
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined
  const local = Date.UTC(Number(years), month - 1, day, Number(hours), Number(minutes), Number(seconds))
  const offset = offsetOf(zone)
  // Date.UTC takes the years 0 to 99 for those of the last century.
  if (offset === undefined || Number(years) < 100) return undefined
  return local + Number(fraction) * 1000 - offset
}

function lengthOfMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(-2))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}
