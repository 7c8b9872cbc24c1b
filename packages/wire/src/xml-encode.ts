import { encodeBase64 } from './base64.ts'
import { compileShapes } from './compile-shapes.ts'
import { EncodeError } from './encode-error.ts'
import type { ListShape, MapShape, Shape, StructureShape } from './shape.ts'
import { element, xmlText } from './xml.ts'

/** Writes a value as the element `name`, or as several where a list is flattened. */
type Encode = (value: unknown, name: string) => string

/**
 * A look-up of functions that write a shape's value as the query protocol's XML. They take what the JSON
 * encoder has checked, so that both protocols refuse the same mistakes.
 */
export function xmlEncoders(): (shape: Shape) => { run: Encode } {
  return compileShapes<Encode>((shape, of) => {
    switch (shape.type) {
      case 'structure':
        return structureEncoder(shape, of)
      case 'list':
        return listEncoder(shape, of)
      case 'map':
        return mapEncoder(shape, of)
      default:
        return (value, name) => element(name, xmlText(scalarText(shape, value)))
    }
  })
}

/** A scalar as the query protocol writes it, both ways: timestamps in ISO 8601, blobs in base64. */
export function scalarText(shape: Shape, value: unknown): string {
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  if (value instanceof Uint8Array) return encodeBase64(value)
  if (typeof value === 'object') throw new EncodeError(`${shape.name} is a ${shape.type}, not an object`)
  return String(value)
}

function structureEncoder(shape: StructureShape, of: (part: Shape) => { run: Encode }): Encode {
  const members = shape.members.map(({ name, wireName, shape }) => ({ name, wireName, encoder: of(shape) }))
  return (value, name) => {
    const source = value as Record<string, unknown>
    let content = ''
    for (const { name, wireName, encoder } of members) {
      const part = source[name]
      if (part !== undefined) content += encoder.run(part, wireName)
    }
    return element(name, content)
  }
}

function listEncoder(shape: ListShape, of: (part: Shape) => { run: Encode }): Encode {
  const item = of(shape.member.shape)
  const { flattened } = shape
  const itemName = shape.member.wireName ?? 'member'
  return (value, name) => {
    const items = (value as readonly unknown[]).map((part) => item.run(part, flattened ? name : itemName)).join('')
    return flattened ? items : element(name, items)
  }
}

function mapEncoder(shape: MapShape, of: (part: Shape) => { run: Encode }): Encode {
  const item = of(shape.value.shape)
  const { flattened } = shape
  const keyName = shape.key.wireName ?? 'key'
  const valueName = shape.value.wireName ?? 'value'
  return (value, name) => {
    const entries = Object.entries(value as object)
      .filter(([, part]) => part !== undefined)
      .map(([key, part]) => {
        const entry = element(keyName, xmlText(key)) + item.run(part, valueName)
        return element(flattened ? name : 'entry', entry)
      })
      .join('')
    return flattened ? entries : element(name, entries)
  }
}
