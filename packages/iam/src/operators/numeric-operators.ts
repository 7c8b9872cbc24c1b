import type { Operator } from '../operator.ts'
import { comparison } from '../value-matcher.ts'

/** A decimal number, kept as its digits: a double would take 9007199254740993 for its neighbour. */
interface Decimal {
  readonly negative: boolean
  /** Without leading zeros. */
  readonly whole: string
  /** Without trailing zeros. */
  readonly fraction: string
}

export const numericOperators: readonly Operator[] = [
  numericOperator('NumericEquals', false, (order) => order === 0),
  numericOperator('NumericNotEquals', true, (order) => order === 0),
  numericOperator('NumericLessThan', false, (order) => order < 0),
  numericOperator('NumericLessThanEquals', false, (order) => order <= 0),
  numericOperator('NumericGreaterThan', false, (order) => order > 0),
  numericOperator('NumericGreaterThanEquals', false, (order) => order >= 0),
]

function numericOperator(name: string, negated: boolean, holds: (order: number) => boolean): Operator {
  return {
    name,
    negated,
    form: { wildcards: false, variables: false },
    accepts: (value) => readDecimal(value) !== undefined,
    compile: (values) =>
      comparison(values.map(readDecimal), readDecimal, (asked, wanted) => holds(compareDecimals(asked, wanted))),
  }
}

const decimalForm = /^([+-]?)([0-9]*)(?:\.([0-9]*))?$/

/** Undefined for what is no plain decimal number. */
export function readDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = ''] = decimalForm.exec(text) ?? []
  if (sign === undefined || (whole === '' && fraction === '')) return undefined
  let start = 0
  while (whole[start] === '0') start++
  let end = fraction.length
  while (fraction[end - 1] === '0') end--
  const decimal = { whole: whole.slice(start), fraction: fraction.slice(0, end) }
  return { ...decimal, negative: sign === '-' && decimal.whole + decimal.fraction !== '' }
}

/** Below zero when `a` is the smaller, zero when they are equal. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1
  return a.negative ? compareSizes(b, a) : compareSizes(a, b)
}

function compareSizes(a: Decimal, b: Decimal): number {
  if (a.whole.length !== b.whole.length) return a.whole.length - b.whole.length
  if (a.whole !== b.whole) return a.whole < b.whole ? -1 : 1
  if (a.fraction === b.fraction) return 0
  return a.fraction < b.fraction ? -1 : 1
}
