import { decodeBase64 } from './base64.ts'
import { compileShapes } from './compile-shapes.ts'
import type { FormNode } from './form.ts'
import type { ListShape, MapShape, ScalarShape, Shape, StructureShape } from './shape.ts'
import { dateOfIso } from './timestamp.ts'
import { WireError } from './wire-error.ts'

type Decode = (node: FormNode) => unknown

const listIndex = /^[1-9][0-9]{0,8}$/

/**
 * A look-up of functions that read a shape's value from a form's tree. Unknown parameters are ignored.
 * Items stand in the order of their numbers, which need not follow one another.
 *
 * Each function throws WireError `MalformedInput` for a text that the type cannot be.
 */
export function formDecoders(): (shape: Shape) => { run: Decode } {
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
  return (node) => {
    const value: Record<string, unknown> = {}
    for (const { name, wireName, decoder } of members) {
      const part = node.parts.get(wireName)
      if (part) value[name] = decoder.run(part)
    }
    return value
  }
}

function listDecoder(shape: ListShape, of: (part: Shape) => { run: Decode }): Decode {
  const item = of(shape.member.shape)
  const itemName = shape.member.wireName ?? 'member'
  return (node) => {
    // Clients write an empty list as `Name=`.
    const items = shape.flattened ? node : node.parts.get(itemName)
    return items ? numbered(items).map(item.run) : []
  }
}

function mapDecoder(shape: MapShape, of: (part: Shape) => { run: Decode }): Decode {
  const item = of(shape.value.shape)
  const keyName = shape.key.wireName ?? 'key'
  const valueName = shape.value.wireName ?? 'value'
  return (node) => {
    const entries = shape.flattened ? node : node.parts.get('entry')
    const value: Record<string, unknown> = Object.create(null)
    for (const entry of entries ? numbered(entries) : []) {
      const key = entry.parts.get(keyName)?.text
      const part = entry.parts.get(valueName)
      if (key === undefined || !part) throw malformed('A map entry lacks its key or its value')
      value[key] = item.run(part)
    }
    return value
  }
}

function numbered(node: FormNode): FormNode[] {
  return [...node.parts]
    .map(([index, part]) => {
      if (!listIndex.test(index)) throw malformed('Key of a list must be a number from 1 on')
      return { index: Number(index), part }
    })
    .sort((a, b) => a.index - b.index)
    .map(({ part }) => part)
}

function scalarDecoder({ type }: ScalarShape): Decode {
  const read = readerOf(type)
  return ({ text }) => {
    if (text === undefined) throw malformed('Start of structure or map found where not expected.')
    return read(text) ?? fail(type)
  }
}

function readerOf(type: ScalarShape['type']): (text: string) => unknown {
  switch (type) {
    case 'string':
      return (text) => text
    case 'boolean':
      return (text) => ({ true: true, false: false })[text.toLowerCase()]
    case 'integer':
      return (text) => wholeNumber(text, (value) => value === (value | 0))
    case 'long':
      return (text) => wholeNumber(text, Number.isSafeInteger)
    case 'timestamp':
      return dateOfIso
    case 'blob':
      return decodeBase64
    default:
      return (text) => (/^-?\d{1,300}(?:\.\d{1,300})?$/.test(text) ? Number(text) : undefined)
  }
}

function wholeNumber(text: string, fits: (value: number) => boolean): number | undefined {
  const value = /^[+-]?\d{1,19}$/.test(text) ? Number(text) : Number.NaN
  return fits(value) ? value + 0 : undefined
}

const wanted: Readonly<Record<string, string>> = {
  boolean: 'a Boolean',
  integer: 'an Integer',
  long: 'a Long',
  timestamp: 'milliseconds since epoch',
  blob: 'a Blob',
}

function fail(type: string): never {
  throw malformed(`STRING_VALUE can not be converted to ${wanted[type] ?? 'a Double'}`)
}

function malformed(message: string): WireError {
  return new WireError('MalformedInput', message)
}
