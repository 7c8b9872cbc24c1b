import { encodeBase64 } from './base64.ts'
import { compileShapes } from './compile-shapes.ts'
import { EncodeError } from './encode-error.ts'
import type { ScalarShape, Shape, StructureShape } from './shape.ts'

type Encode = (value: unknown) => unknown

/**
 * A look-up of functions that turn a shape's value into what JSON can hold: timestamps become seconds
 * since the epoch, blobs base64. Members that are undefined are left out.
 *
 * Each function throws EncodeError for a missing required member, an unknown member, or a wrong type.
 */
export function jsonEncoders(): (shape: Shape) => { run: Encode } {
  return compileShapes<Encode>((shape, of) => {
    if (shape.type === 'structure') return structureEncoder(shape, of)
    if (shape.type === 'list') {
      const item = of(shape.member.shape)
      return (value) => {
        if (!Array.isArray(value)) throw mismatch(shape, value)
        return value.map(item.run)
      }
    }
    if (shape.type === 'map') {
      const item = of(shape.value.shape)
      return (value) => {
        if (!isObject(value)) throw mismatch(shape, value)
        const encoded: Record<string, unknown> = Object.create(null)
        for (const key of Object.keys(value)) {
          if (value[key] !== undefined) encoded[key] = item.run(value[key])
        }
        return encoded
      }
    }
    return scalarEncoder(shape)
  })
}

function structureEncoder(shape: StructureShape, of: (part: Shape) => { run: Encode }): Encode {
  const members = new Map(shape.members.map(({ name, wireName, shape }) => [name, { wireName, encoder: of(shape) }]))
  const required = shape.members.filter((member) => member.required).map(({ name }) => name)
  return (value) => {
    if (!isObject(value)) throw mismatch(shape, value)
    for (const name of required) {
      if (value[name] === undefined) throw new EncodeError(`${shape.name} lacks ${name}`)
    }
    const encoded: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      const part = value[name]
      if (part === undefined) continue
      const member = members.get(name)
      if (!member) throw new EncodeError(`${shape.name} has no member ${name}`)
      encoded[member.wireName] = member.encoder.run(part)
    }
    return encoded
  }
}

function scalarEncoder(shape: ScalarShape): Encode {
  const checked = (is: (value: unknown) => boolean): Encode => {
    return (value) => {
      if (!is(value)) throw mismatch(shape, value)
      return value
    }
  }
  switch (shape.type) {
    case 'string':
      return checked((value) => typeof value === 'string')
    case 'boolean':
      return checked((value) => typeof value === 'boolean')
    case 'integer':
    case 'long':
      return checked(Number.isSafeInteger)
    case 'timestamp':
      return (value) => {
        if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw mismatch(shape, value)
        return value.getTime() / 1000
      }
    case 'blob':
      return (value) => {
        if (!(value instanceof Uint8Array)) throw mismatch(shape, value)
        return encodeBase64(value)
      }
    default:
      return checked(Number.isFinite)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

// Only the kind of the value is told: the value itself may be a secret.
function mismatch(shape: Shape, value: unknown): EncodeError {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`
  return new EncodeError(`${shape.name} wants ${shape.type}, got ${kind}`)
}
