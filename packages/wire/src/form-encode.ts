import { compileShapes } from './compile-shapes.ts'
import { EncodeError } from './encode-error.ts'
import type { Shape } from './shape.ts'
import { scalarText } from './xml-encode.ts'

/** Adds a value's parameters, `name=value` each and escaped, to a form. */
type Encode = (value: unknown, name: string, form: string[]) => void

/** A look-up of functions that write a shape's value as a client of the query protocol does. */
export function formEncoders(): (shape: Shape) => { run: Encode } {
  return compileShapes<Encode>((shape, of) => {
    if (shape.type === 'structure') {
      const members = new Map(
        shape.members.map(({ name, wireName, shape }) => [name, { wireName, encoder: of(shape) }]),
      )
      return (value, name, form) => {
        for (const [key, part] of Object.entries(value as object)) {
          if (part === undefined) continue
          const member = members.get(key)
          if (!member) throw new EncodeError(`${shape.name} has no member ${key}`)
          member.encoder.run(part, name === '' ? member.wireName : `${name}.${member.wireName}`, form)
        }
      }
    }
    if (shape.type === 'list') {
      const item = of(shape.member.shape)
      const infix = shape.flattened ? '' : `.${shape.member.wireName ?? 'member'}`
      return (value, name, form) => {
        const items = value as readonly unknown[]
        if (items.length === 0) form.push(`${name}=`)
        for (const [index, part] of items.entries()) item.run(part, `${name}${infix}.${index + 1}`, form)
      }
    }
    if (shape.type === 'map') {
      const item = of(shape.value.shape)
      const infix = shape.flattened ? '' : '.entry'
      return (value, name, form) => {
        for (const [index, [key, part]] of Object.entries(value as object).entries()) {
          const entry = `${name}${infix}.${index + 1}`
          form.push(parameter(`${entry}.${shape.key.wireName ?? 'key'}`, key))
          item.run(part, `${entry}.${shape.value.wireName ?? 'value'}`, form)
        }
      }
    }
    return (value, name, form) => {
      form.push(parameter(name, scalarText(shape, value)))
    }
  })
}

/** One parameter of a form, escaped. */
export function parameter(name: string, value: string): string {
  return `${name}=${encodeURIComponent(value.toWellFormed())}`
}
