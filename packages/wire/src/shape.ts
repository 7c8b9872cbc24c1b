import type { Model, ModelReference, ModelShape } from './model/model.ts'

/** A model's shape with the shapes it refers to in place of their names; it may be part of itself. */
export type Shape = StructureShape | ListShape | MapShape | ScalarShape

export interface StructureShape extends Bounds {
  readonly type: 'structure'
  readonly members: readonly Member[]
}

export interface ListShape extends Bounds {
  readonly type: 'list'
  readonly member: Element
  readonly flattened: boolean
}

export interface MapShape extends Bounds {
  readonly type: 'map'
  readonly key: Element
  readonly value: Element
  readonly flattened: boolean
}

export interface ScalarShape extends Bounds {
  readonly type: Exclude<ModelShape['type'], 'structure' | 'list' | 'map'>
  readonly pattern: string | undefined
  readonly enum: readonly string[] | undefined
}

interface Bounds {
  readonly name: string
  readonly min: number | undefined
  readonly max: number | undefined
  readonly sensitive: boolean
}

/** A part of a shape and its name on the wire, `undefined` where the protocol's own name stands. */
export interface Element {
  readonly wireName: string | undefined
  readonly shape: Shape
}

export interface Member {
  readonly name: string
  readonly wireName: string
  readonly required: boolean
  /** Undefined for the body. */
  readonly location: 'uri' | 'querystring' | undefined
  readonly shape: Shape
}

/** A look-up of a model's shapes by name that resolves each once, when it is first asked for. */
export function shapesOf(model: Model): (name: string) => Shape {
  const resolved = new Map<string, Shape>()

  const resolve = (name: string): Shape => {
    const known = resolved.get(name)
    if (known) return known
    const source = model.shapes[name]
    if (!source) throw new Error(`the model holds no shape ${name}`)
    return build(name, source)
  }

  const element = (reference: ModelReference | undefined): Element => {
    if (reference === undefined) throw new Error('a list or map without its parts')
    if (typeof reference === 'string') return { wireName: undefined, shape: resolve(reference) }
    return { wireName: reference.locationName, shape: resolve(reference.shape) }
  }

  // A shape is known before its parts are resolved, since it may be one of them.
  const remember = <S extends Shape>(shape: S, fill: (shape: { -readonly [K in keyof S]: S[K] }) => void): S => {
    resolved.set(shape.name, shape)
    fill(shape)
    return shape
  }

  const build = (name: string, source: ModelShape): Shape => {
    const { type, min, max, flattened = false, sensitive = oneTimeCodes.has(name) } = source
    const bounds = { name, min, max, sensitive }
    const unresolved = { wireName: undefined, shape: nowhere }
    if (type === 'structure') {
      return remember({ ...bounds, type, members: [] as readonly Member[] }, (shape) => {
        const required = new Set(source.required)
        shape.members = Object.entries(source.members ?? {}).map(([member, reference]) => {
          const { wireName, shape } = element(reference)
          const location = typeof reference === 'string' ? undefined : reference.location
          return { name: member, wireName: wireName ?? member, required: required.has(member), location, shape }
        })
      })
    }
    if (type === 'list') {
      return remember({ ...bounds, type, flattened, member: unresolved as Element }, (shape) => {
        shape.member = element(source.member)
      })
    }
    if (type === 'map') {
      return remember(
        { ...bounds, type, flattened, key: unresolved as Element, value: unresolved as Element },
        (shape) => {
          shape.key = element(source.key)
          shape.value = element(source.value)
        },
      )
    }
    return remember({ ...bounds, type, pattern: source.pattern, enum: source.enum } as const, () => {})
  }

  return resolve
}

/** Codes of MFA devices, which AWS's models do not mark: one that was refused for another reason is still good for a while. */
const oneTimeCodes: ReadonlySet<string> = new Set(['tokenCodeType', 'authenticationCodeType'])

const nowhere: Shape = {
  name: '',
  type: 'boolean',
  min: undefined,
  max: undefined,
  sensitive: false,
  pattern: undefined,
  enum: undefined,
}
