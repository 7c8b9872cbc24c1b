import { decodeBase64 } from './base64.ts'
import { compileShapes } from './compile-shapes.ts'
import type { ListShape, MapShape, ScalarShape, Shape, StructureShape } from './shape.ts'
import { dateOfIso, dateOfSeconds } from './timestamp.ts'
import { WireError } from './wire-error.ts'

type Decode = (raw: unknown) => unknown

/** No request of AWS's comes near this; what the model does not bound is bounded here. */
const mostItems = 20_000

/**
 * A look-up of functions that turn parsed JSON into a shape's value. Unknown members are ignored and null
 * ones are absent, as AWS has it. Maps have no prototype, so that no key of theirs means anything to
 * JavaScript.
 *
 * Each function throws WireError `SerializationException` for a value of another type.
 */
export function jsonDecoders(): (shape: Shape) => { run: Decode } {
  return compileShapes<Decode>((shape, of) => {
    switch (shape.type) {
      case 'structure':
        return structureDecoder(shape, of)
      case 'list':
        return listDecoder(shape, of)
      case 'map':
        return mapDecoder(shape, of)
      default:
        return scalarDecoder(shape)
    }
  })
}

function structureDecoder(shape: StructureShape, of: (part: Shape) => { run: Decode }): Decode {
  const members = shape.members.map(({ name, wireName, shape }) => ({ name, wireName, decoder: of(shape) }))
  return (raw) => {
    const source = asObject(raw)
    const value: Record<string, unknown> = {}
    for (const { name, wireName, decoder } of members) {
      const part = source[wireName]
      if (part !== undefined && part !== null) value[name] = decoder.run(part)
    }
    return value
  }
}

function listDecoder(shape: ListShape, of: (part: Shape) => { run: Decode }): Decode {
  const item = of(shape.member.shape)
  return (raw) => {
    if (!Array.isArray(raw)) throw serialization(`Expected list or null`)
    if (raw.length > mostItems) throw serialization(`A list of ${raw.length} items is too long`)
    return raw.map((part) => {
      if (part === null) throw serialization('A list must not hold null')
      return item.run(part)
    })
  }
}

function mapDecoder(shape: MapShape, of: (part: Shape) => { run: Decode }): Decode {
  const item = of(shape.value.shape)
  return (raw) => {
    const source = asObject(raw)
    const keys = Object.keys(source)
    if (keys.length > mostItems) throw serialization(`A map of ${keys.length} entries is too large`)
    const value: Record<string, unknown> = Object.create(null)
    for (const key of keys) {
      const part = source[key]
      if (part !== null) value[key] = item.run(part)
    }
    return value
  }
}

function scalarDecoder({ type }: ScalarShape): Decode {
  switch (type) {
    case 'string':
      return (raw) => (typeof raw === 'string' ? raw : fail(raw, 'a String'))
    case 'boolean':
      return (raw) => (typeof raw === 'boolean' ? raw : fail(raw, 'a Boolean'))
    case 'integer':
      return (raw) => (raw === Number(raw) && raw === (raw | 0) ? raw : fail(raw, 'an Integer'))
    case 'long':
      return (raw) => (Number.isSafeInteger(raw) ? raw : fail(raw, 'a Long'))
    case 'timestamp':
      return (raw) => decodeTimestamp(raw) ?? fail(raw, 'milliseconds since epoch')
    case 'blob':
      return (raw) => (typeof raw === 'string' ? decodeBase64(raw) : undefined) ?? fail(raw, 'a Blob')
    default:
      return (raw) => (typeof raw === 'number' ? raw : fail(raw, 'a Double'))
  }
}

function decodeTimestamp(raw: unknown): Date | undefined {
  if (typeof raw === 'number') return dateOfSeconds(raw)
  return typeof raw === 'string' ? dateOfIso(raw) : undefined
}

function asObject(raw: unknown): Record<string, unknown> {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Record<string, unknown>
  throw serialization(Array.isArray(raw) ? listMisplaced : 'Expected a structure or map or null')
}

// AWS's words, as its JSON 1.1 services send them for a value of the wrong type.
const listMisplaced = 'Start of list found where not expected'
const objectMisplaced = 'Start of structure or map found where not expected.'

function fail(raw: unknown, wanted: string): never {
  if (typeof raw === 'object') throw serialization(Array.isArray(raw) ? listMisplaced : objectMisplaced)
  throw serialization(`${token(raw)} can not be converted to ${wanted}`)
}

function token(raw: unknown): string {
  if (typeof raw === 'boolean') return raw ? 'TRUE_VALUE' : 'FALSE_VALUE'
  if (typeof raw === 'number') return Number.isInteger(raw) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'
  return 'STRING_VALUE'
}

function serialization(message: string): WireError {
  return new WireError('SerializationException', message)
}
