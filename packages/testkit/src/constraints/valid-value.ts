import type { Model, ModelReference, ModelShape } from '@fairlead/wire/model/model'
import { sampleOf } from '../sample-input.ts'

type Shapes = Model['shapes']

/** Structures that hold themselves end at this depth. */
const deepest = 6

export function shapeName(reference: ModelReference | undefined): string {
  return typeof reference === 'string' ? reference : (reference?.shape ?? '')
}

/**
 * The smallest value of a shape, as a client writes it, that the model has nothing against; undefined when none is
 * found.
 *
 * @param member what the value is called where it stands: some have a sample
 */
export function validValue(shapes: Shapes, name: string, member: string, depth = 0): unknown {
  const shape = shapes[name]
  if (shape === undefined || depth > deepest) return undefined
  const sample = sampleOf(member)
  switch (shape.type) {
    case 'structure': {
      const parts = partsNeeded(shape).map((part) => {
        return [part, validValue(shapes, shapeName(shape.members?.[part]), part, depth + 1)] as const
      })
      return parts.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(parts)
    }
    case 'list': {
      if (Array.isArray(sample)) return sample
      return itemsOf(shapes, shape, member, Math.max(1, shape.min ?? 1), depth)
    }
    case 'map': {
      return entriesOf(shapes, shape, Math.max(1, shape.min ?? 1), depth)
    }
    case 'string':
      if (typeof sample === 'string' && fits(shape, sample)) return sample
      return shape.enum?.[0] ?? textOf(shape, [1, shape.min ?? 1, 3, 12, 20, 40])
    case 'boolean':
      return true
    case 'timestamp':
      return 1_800_000_000
    case 'blob':
      return Buffer.alloc(Math.max(1, shape.min ?? 1)).toString('base64')
    default:
      return Math.max(1, shape.min ?? 1)
  }
}

/** All that are required; without any, one that a form can say it is there by. */
function partsNeeded({ required = [], members = {} }: ModelShape): readonly string[] {
  return required.length > 0 ? required : Object.keys(members).slice(0, 1)
}

/** So many valid items; undefined when one cannot be found. */
export function itemsOf(shapes: Shapes, shape: ModelShape, member: string, count: number, depth = 0): unknown {
  const of = shapes[shapeName(shape.member)]
  const item = validValue(shapes, shapeName(shape.member), member.replace(/s$/, ''), depth + 1)
  if (item === undefined || of === undefined) return undefined
  return Array.from({ length: count }, () => item)
}

/** So many entries with valid keys and values; undefined when they cannot be found. */
export function entriesOf(shapes: Shapes, shape: ModelShape, count: number, depth = 0): unknown {
  const key = shapes[shapeName(shape.key)]
  const value = validValue(shapes, shapeName(shape.value), '', depth + 1)
  if (key === undefined || value === undefined) return undefined
  const names = Array.from({ length: count }, (_, index) => textOf(key, [key.min ?? 1, 4, 8], String(index)))
  return names.includes(undefined) ? undefined : Object.fromEntries(names.map((name) => [name, value]))
}

/** A text of the shape's that has one of these lengths and ends as is wished; undefined when none of those tried does. */
export function textOf(shape: ModelShape, lengths: readonly number[], end = ''): string | undefined {
  if (shape.enum) return shape.enum.find((one) => lengths.includes(one.length))
  for (const length of lengths) {
    for (const begin of beginnings) {
      for (const fill of fills) {
        const text = (begin + fill.repeat(Math.max(0, length - begin.length))).slice(0, length)
        const whole = end === '' ? text : text.slice(0, Math.max(0, length - end.length)) + end
        if (whole.length === length && fits(shape, whole)) return whole
      }
    }
  }
  return undefined
}

// What the patterns of the models begin with.
const beginnings = [
  '', '/', '1', 'mi-', 'i-', 'alias/', 'arn:aws:', 'arn:aws:iam::123456789012:role/', 'arn:aws:s3:::', 'aws:', 'tag:', '{', 'a/', 'AWS::', 'ou-',
] // biome-ignore format: one line
const fills = ['a', '0', 'A', 'f', '}', '*']

/** Whether the model has nothing against a text, by its own words and not by the product's reading of them. */
export function fits(shape: ModelShape, text: string): boolean {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern } = shape
  if (text.length < min || text.length > max) return false
  if (shape.enum && !shape.enum.includes(text)) return false
  return pattern === undefined || expressionOf(pattern)?.test(text) === true
}

/** A pattern of the model's as a regular expression over the whole text; undefined for one in Java's own words. */
export function expressionOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'us' : 's')
  } catch {
    return undefined
  }
}
