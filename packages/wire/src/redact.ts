import { compileShapes } from './compile-shapes.ts'
import { holds, holdsSensitive } from './sensitive.ts'
import type { Shape } from './shape.ts'

/** What stands in place of a sensitive value, whatever it was. */
export const mask = '***'

type Redact = (value: unknown) => unknown

/**
 * A look-up of functions that copy a shape's value with everything masked that the model marks sensitive. Of bytes
 * only the length is told: nobody reads them in an audit.
 */
export function redactors(): (shape: Shape) => { run: Redact } {
  return compileShapes<Redact>((shape, of) => {
    if (shape.sensitive) return () => mask
    if (shape.type === 'blob') return (value) => `${(value as Uint8Array).length} bytes`
    if (!holds(shape, (part) => part.sensitive || part.type === 'blob')) return (value) => value
    if (shape.type === 'list') {
      const item = of(shape.member.shape)
      return (value) => (value as readonly unknown[]).map((part) => item.run(part))
    }
    if (shape.type === 'map') {
      const keysAreSecret = holdsSensitive(shape.key.shape)
      const item = of(shape.value.shape)
      return (value) => (keysAreSecret ? mask : mapParts(value as object, (_, part) => item.run(part)))
    }
    if (shape.type !== 'structure') return (value) => value
    const members = new Map(shape.members.map(({ name, shape }) => [name, of(shape)]))
    return (value) => {
      return mapParts(value as object, (name, part) => (part === undefined ? part : members.get(name)?.run(part)))
    }
  })
}

function mapParts(value: object, change: (name: string, part: unknown) => unknown): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(Object.getPrototypeOf(value))
  for (const [name, part] of Object.entries(value)) copy[name] = change(name, part)
  return copy
}
