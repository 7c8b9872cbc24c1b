import { compilePattern } from './pattern.ts'
import type { Shape } from './shape.ts'

/** One rule of the model over one value, and AWS's words for it. */
export interface Constraint {
  readonly text: string
  holds(value: unknown): boolean
  /** Kept from values that break an earlier constraint so marked, since its cost grows with the length. */
  readonly costly: boolean
  readonly bounds: boolean
}

// The model's pattern (`1[0-4][0-3][0-9]`) leaves out 1040 to 1099 and so on, which AWS documents as
// allowed: "a value between 1 and 1,440 minutes" (User Guide, session maximum duration).
const amendedPatterns: Readonly<Record<string, string>> = {
  MaxSessionDuration: '^([1-9]|[1-9][0-9]|[1-9][0-9][0-9]|1[0-3][0-9][0-9]|14[0-3][0-9]|1440)$',
}

/** The constraints of a shape itself, not of its parts, in the order in which AWS lists them. */
export function constraintsOf(shape: Shape): Constraint[] {
  const { min, max } = shape
  const measured = shape.type === 'integer' || shape.type === 'long' ? 'value' : 'length'
  const size = measured === 'value' ? Number : sizeOf(shape)
  const constraints: Constraint[] = []
  const add = (text: string, holds: (value: unknown) => boolean, kind: 'max' | 'costly' | 'plain'): void => {
    constraints.push({ text, holds, bounds: kind === 'max', costly: kind === 'costly' })
  }
  if (max !== undefined) {
    add(`Member must have ${measured} less than or equal to ${max}`, (value) => size(value) <= max, 'max')
  }
  if (min !== undefined) {
    add(`Member must have ${measured} greater than or equal to ${min}`, (value) => size(value) >= min, 'plain')
  }
  if ('enum' in shape && shape.enum) {
    const values = new Set<unknown>(shape.enum)
    add(`Member must satisfy enum value set: [${shape.enum.join(', ')}]`, (value) => values.has(value), 'plain')
  }
  if ('pattern' in shape && shape.pattern !== undefined) {
    const pattern = compilePattern(amendedPatterns[shape.name] ?? shape.pattern)
    const text = `Member must satisfy regular expression pattern: ${shape.pattern}`
    add(text, (value) => pattern.test(String(value)), 'costly')
  }
  return constraints
}

function sizeOf(shape: Shape): (value: unknown) => number {
  if (shape.type === 'map') return (value) => Object.keys(value as object).length
  if (shape.type === 'string') return (value) => characters(value as string)
  return (value) => (value as { readonly length: number }).length
}

/** Characters as Unicode counts them: a pair of surrogates is one. */
function characters(text: string): number {
  let count = text.length
  for (let index = 0; index + 1 < text.length; index++) {
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800 && (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00) {
      count--
      index++
    }
  }
  return count
}
