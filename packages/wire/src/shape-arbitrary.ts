import fc from 'fast-check'
import type { Shape } from './shape.ts'

const deepest = 4

/**
 * For tests: values of a shape by type alone, as its decoders give them. Bounds and patterns are not kept.
 * Structures and maps are never empty, since a form cannot say that.
 */
export function valuesOf(shape: Shape, depth = 0): fc.Arbitrary<unknown> {
  switch (shape.type) {
    case 'structure':
      return structuresOf(shape.members, depth)
    case 'list':
      return fc.array(valuesOf(shape.member.shape, depth + 1), { maxLength: 3 })
    case 'map':
      return fc
        .dictionary(fc.string(), valuesOf(shape.value.shape, depth + 1), {
          minKeys: 1,
          maxKeys: 3,
          noNullPrototype: false,
        })
        .map((entries) => Object.assign(Object.create(null), entries) as object)
    case 'string':
      return shape.enum ? fc.constantFrom(...shape.enum) : fc.string({ unit: 'binary', maxLength: 8 })
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer()
    case 'long':
      return fc.maxSafeInteger()
    case 'timestamp':
      return fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true })
    case 'blob':
      return fc.uint8Array({ maxLength: 8 })
    default:
      return fc.integer()
  }
}

function structuresOf(members: Extract<Shape, { type: 'structure' }>['members'], depth: number): fc.Arbitrary<unknown> {
  const scalars = members.filter(({ shape }) => !['structure', 'list', 'map'].includes(shape.type))
  const chosen = depth < deepest ? members : members.filter(({ required }) => required).concat(scalars)
  const parts = Object.fromEntries(chosen.map(({ name, shape }) => [name, valuesOf(shape, depth + 1)]))
  const requiredKeys = members.filter(({ required }) => required).map(({ name }) => name)
  const [first] = scalars.length > 0 ? scalars : chosen
  const keys = first && !requiredKeys.includes(first.name) ? [...requiredKeys, first.name] : requiredKeys
  return fc.record(parts, { requiredKeys: keys, noNullPrototype: true })
}
