import { isObject } from '../disk/read-text.ts'
import { substitute } from './parameters.ts'

export type PreconditionVerdict =
  | { readonly kind: 'met' }
  | { readonly kind: 'unmet'; readonly terms: string }
  | { readonly kind: 'unknown'; readonly terms: string }

/**
 * Judges a step's `precondition`, as `{"StringEquals": ["platformType", "Linux"]}`: `StringEquals` of `platformType` or a
 * placeholder with a constant, in either order, is all there is. `platformType` is compared without case.
 */
export function judgePrecondition(
  precondition: unknown,
  parameters: ReadonlyMap<string, unknown>,
  platformType: string,
): PreconditionVerdict {
  if (precondition === undefined || precondition === null) return { kind: 'met' }
  if (!isObject(precondition)) return { kind: 'unknown', terms: 'not an object' }

  const unmet: string[] = []
  const unknown: string[] = []
  for (const [operator, operands] of Object.entries(precondition)) {
    if (operator !== 'StringEquals') unknown.push(`"${operator}"`)
    else if (!isPairOfText(operands)) unknown.push('"StringEquals": operator accepts exactly 2 arguments')
    else if (operands[0] === operands[1]) unknown.push(`"StringEquals": operator's arguments can't be identical`)
    else if (!isEqual(operands, parameters, platformType)) unmet.push(describe(operands))
  }
  if (unmet.length > 0) return { kind: 'unmet', terms: unmet.join(', ') }
  if (unknown.length > 0) return { kind: 'unknown', terms: unknown.join(', ') }
  return { kind: 'met' }
}

function isPairOfText(operands: unknown): operands is readonly [string, string] {
  return Array.isArray(operands) && operands.length === 2 && operands.every((operand) => typeof operand === 'string')
}

function isEqual(
  operands: readonly [string, string],
  parameters: ReadonlyMap<string, unknown>,
  platformType: string,
): boolean {
  const [left, right] = operands.map((operand) => substitute(operand, parameters))
  if (operands[0] === 'platformType') return String(right).toLowerCase() === platformType.toLowerCase()
  if (operands[1] === 'platformType') return String(left).toLowerCase() === platformType.toLowerCase()
  return left === right
}

// Values of parameters may be secrets, so only the document's own text is shown.
function describe([left, right]: readonly [string, string]): string {
  return `"StringEquals": [${left}, ${right}]`
}
