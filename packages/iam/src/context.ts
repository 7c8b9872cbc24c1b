/**
 * The value of a condition key. A list is a multi-valued key (aws:TagKeys) and only matches under ForAllValues or
 * ForAnyValue. `oneOf` is a single-valued key of which several spellings were given: a node tagged both `Finance`
 * and `finance` has one key ssm:resourceTag/finance, and a test holds when any of its values passes.
 */
export type ContextValue = string | readonly string[] | OneOf

export interface OneOf {
  readonly oneOf: readonly string[]
}

/** What is known about a request: the value of a condition key, asked for in lower case. */
export type Context = (key: string) => ContextValue | undefined

/** Some of a context's keys, in lower case. Worth keeping when it is used for many requests, as a node's tags are. */
export type ContextLayer = ReadonlyMap<string, ContextValue>

/** What a layer has to answer to lie over a context: the value of a key, asked for in lower case. */
export type KeyLayer = Pick<ContextLayer, 'get'>

/** Condition keys in any case, as one writes them. An undefined value is a key that the request does not have. */
export type ContextRecord = Readonly<Record<string, ContextValue | undefined>>

/** Lower-cases the keys of a record; keys that differ only by case become one key with `oneOf` their values. */
export function contextLayer(record: ContextRecord): ContextLayer {
  const layer = new Map<string, ContextValue>()
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue
    const key = name.toLowerCase()
    const before = layer.get(key)
    layer.set(key, before === undefined ? value : { oneOf: [...valuesOf(before), ...valuesOf(value)] })
  }
  return layer
}

/** A context of layers; where two know a key, the later one counts. */
export function contextOf(...sources: readonly (ContextLayer | ContextRecord)[]): Context {
  const layers = sources.map((source) => (isLayer(source) ? source : contextLayer(source)))
  const [only] = layers
  if (only !== undefined && layers.length === 1) return (key) => only.get(key)
  return (key) => {
    for (let at = layers.length - 1; at >= 0; at--) {
      const value = layers[at]?.get(key)
      if (value !== undefined) return value
    }
    return undefined
  }
}

/** Lays keys of one resource over the context of the request; costs one closure. */
export function layered(under: Context, layer: KeyLayer): Context {
  return (key) => layer.get(key) ?? under(key)
}

/** All values of a key as a list. */
export function valuesOf(value: ContextValue): readonly string[] {
  if (typeof value === 'string') return [value]
  return isOneOf(value) ? value.oneOf : value
}

export function isOneOf(value: ContextValue): value is OneOf {
  return typeof value === 'object' && 'oneOf' in value
}

function isLayer(source: ContextLayer | ContextRecord): source is ContextLayer {
  return source instanceof Map
}
