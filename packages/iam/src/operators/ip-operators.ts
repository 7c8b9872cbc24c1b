import type { Operator } from '../operator.ts'
import { comparison } from '../value-matcher.ts'

/** A range of addresses: 4 bytes of IPv4 or 16 of IPv6, of which the first `prefix` bits count. */
interface Range {
  readonly bytes: readonly number[]
  readonly prefix: number
}

export const ipOperators: readonly Operator[] = [ipOperator('IpAddress', false), ipOperator('NotIpAddress', true)]

function ipOperator(name: string, negated: boolean): Operator {
  return {
    name,
    negated,
    form: { wildcards: false, variables: false },
    accepts: (value) => readRange(value) !== undefined,
    compile: (values) => comparison(values.map(readRange), readAddress, (asked, wanted) => contains(wanted, asked)),
  }
}

/** A CIDR range; an address alone is a range of one. Undefined for any other text. */
export function readRange(text: string): Range | undefined {
  const [address = '', length, ...more] = text.split('/', 3)
  const bytes = readAddress(address)
  if (bytes === undefined || more.length > 0) return undefined
  const bits = bytes.length * 8
  if (length === undefined) return { bytes, prefix: bits }
  if (!/^[0-9]{1,3}$/.test(length) || Number(length) > bits) return undefined
  return { bytes, prefix: Number(length) }
}

/** Whether the address is in the range; one family is never in a range of the other. */
export function contains({ bytes, prefix }: Range, address: readonly number[]): boolean {
  if (bytes.length !== address.length) return false
  const whole = prefix >> 3
  for (let at = 0; at < whole; at++) if (bytes[at] !== address[at]) return false
  const rest = prefix & 7
  if (rest === 0) return true
  const shift = 8 - rest
  return (bytes[whole] ?? 0) >> shift === (address[whole] ?? 0) >> shift
}

/** The bytes of an IPv4 (dotted quad) or IPv6 address (RFC 4291, also with a quad at its end). */
export function readAddress(text: string): readonly number[] | undefined {
  return text.includes(':') ? readIpv6(text) : readIpv4(text)
}

function readIpv4(text: string): readonly number[] | undefined {
  const fields = text.split('.', 5)
  if (fields.length !== 4 || !fields.every((field) => /^(?:0|[1-9][0-9]{0,2})$/.test(field))) return undefined
  const bytes = fields.map(Number)
  return bytes.every((byte) => byte < 256) ? bytes : undefined
}

// The longest way to write one: eight groups of four, the last two as a quad.
const longestIpv6 = 45

function readIpv6(text: string): readonly number[] | undefined {
  if (text.length > longestIpv6) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const left = readGroups(halves[0] ?? '', halves.length === 1)
  const right = halves.length === 1 ? [] : readGroups(halves[1] ?? '', true)
  if (left === undefined || right === undefined) return undefined
  const missing = 16 - left.length - right.length
  // `::` stands for one group of zeros at least.
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return [...left, ...new Array<number>(missing).fill(0), ...right]
}

function readGroups(text: string, atEnd: boolean): readonly number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    const quad = atEnd && index === groups.length - 1 && group.includes('.') ? readIpv4(group) : undefined
    if (quad !== undefined) bytes.push(...quad)
    else if (/^[0-9a-fA-F]{1,4}$/.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255)
    else return undefined
  }
  return bytes
}
