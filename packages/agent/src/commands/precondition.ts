import { isObject } from '../disk/read-text.ts'
import { substitute } from './parameters/substitute.ts'

export type PreconditionVerdict =
  | { readonly kind: 'met' }
  | { readonly kind: 'unmet'; readonly terms: string }
  | { readonly kind: 'unknown'; readonly terms: string }
  /** The document's schema is one before preconditions. */
  | { readonly kind: 'too-early' }

/**
 * Judges a step's `precondition`, as `{"StringEquals": ["platformType", "Linux"]}`: `StringEquals` of `platformType` or a
 * placeholder with a constant, in either order, is all there is. `platformType` is compared without case. What is refused,
 * and the texts, are those of Amazon's agent (runpluginutil.go); values of parameters may be secrets and are not shown.
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
    const fault = operator === 'StringEquals' ? faultOf(operands, parameters) : `unrecognized operator: "${operator}"`
    if (fault !== undefined) unknown.push(fault)
    else if (isPairOfText(operands) && !isEqual(operands, parameters, platformType)) {
      unmet.push(`"StringEquals": [${operands.join(', ')}]`)
    }
  }
  if (unmet.length > 0) return { kind: 'unmet', terms: [...unmet, ...unknown].join(', ') }
  if (unknown.length > 0) return { kind: 'unknown', terms: unknown.join(', ') }
  return { kind: 'met' }
}

function faultOf(operands: unknown, parameters: ReadonlyMap<string, unknown>): string | undefined {
  if (!isPairOfText(operands)) return '"StringEquals": operator accepts exactly 2 arguments'
  const [one, other] = operands
  if (one === other && one === 'platformType') return '"StringEquals": [platformType platformType]'
  if (one === other) return `"StringEquals": operator's arguments can't be identical`
  const prefix = /\{\{\s*(ssm|ssm-secure):[\w/-]+\s*\}\}/.exec(`${one} ${other}`)?.[1]
  if (prefix !== undefined) {
    return `"StringEquals": operator's arguments can't contain ${prefix === 'ssm' ? '' : 'secure '}SSM parameters`
  }
  const isFixed = (text: string) => substitute(text, parameters) === text
  if (operands.includes('platformType')) {
    const constant = one === 'platformType' ? other : one
    if (isFixed(constant)) return undefined
    return `"StringEquals": the second argument for the platformType variable can't contain document parameters`
  }
  if (!operands.every(isFixed)) return undefined
  return `"StringEquals": at least one of operator's arguments must contain a valid document parameter`
}

function isPairOfText(operands: unknown): operands is readonly [string, string] {
  return Array.isArray(operands) && operands.length === 2 && operands.every((operand) => typeof operand === 'string')
}

function isEqual(
  [one, other]: readonly [string, string],
  parameters: ReadonlyMap<string, unknown>,
  platformType: string,
): boolean {
  if (one === 'platformType') return other.toLowerCase() === platformType.toLowerCase()
  if (other === 'platformType') return one.toLowerCase() === platformType.toLowerCase()
  return asText(substitute(one, parameters)) === asText(substitute(other, parameters))
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
