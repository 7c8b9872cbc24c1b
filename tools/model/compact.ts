import type { Model, ModelOperation, ModelReference, ModelShape } from '../../packages/wire/src/model/model.ts'

/** The parts of botocore's `service-2.json` that are read here. */
export interface BotocoreModel {
  readonly metadata: {
    readonly apiVersion: string
    readonly endpointPrefix: string
    readonly protocol: string
    readonly signingName?: string
    readonly targetPrefix?: string
    readonly xmlNamespace?: string
  }
  readonly operations: Readonly<Record<string, BotocoreOperation>>
  readonly shapes: Readonly<Record<string, BotocoreShape>>
}

interface BotocoreOperation {
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number }
  readonly input?: { readonly shape: string }
  readonly output?: { readonly shape: string; readonly resultWrapper?: string }
  readonly errors?: readonly { readonly shape: string }[]
}

interface BotocoreShape extends Omit<ModelShape, 'members' | 'member' | 'key' | 'value'> {
  readonly members?: Readonly<Record<string, BotocoreReference>>
  readonly member?: BotocoreReference
  readonly key?: BotocoreReference
  readonly value?: BotocoreReference
  readonly fault?: boolean
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number; readonly senderFault?: boolean }
}

interface BotocoreReference {
  readonly shape: string
  readonly locationName?: string
  readonly location?: string
  readonly flattened?: boolean
}

/**
 * Reduces a botocore model to what the codecs read: shapes that an operation's input or output
 * reaches, error codes with their status, and no prose.
 *
 * @throws Error when the service speaks a protocol that the codecs do not.
 */
export function compactModel(source: BotocoreModel, paginated: ReadonlySet<string>, botocore: string): Model {
  const { metadata } = source
  const { protocol } = metadata
  if (protocol !== 'json' && protocol !== 'rest-json' && protocol !== 'query') {
    throw new Error(`${metadata.endpointPrefix} speaks ${protocol}, which is not served`)
  }
  const operations = Object.fromEntries(
    Object.entries(source.operations).map(([name, operation]) => [
      name,
      compactOperation(source, operation, paginated.has(name)),
    ]),
  )
  return {
    botocore,
    metadata: {
      protocol,
      apiVersion: metadata.apiVersion,
      signingName: metadata.signingName ?? metadata.endpointPrefix,
      targetPrefixes: metadata.targetPrefix ? [metadata.targetPrefix] : [],
      ...(metadata.xmlNamespace ? { xmlNamespace: metadata.xmlNamespace } : {}),
    },
    operations,
    errors: errorsOf(source),
    shapes: reachableShapes(source, Object.values(operations)),
  }
}

function compactOperation(source: BotocoreModel, operation: BotocoreOperation, paginated: boolean): ModelOperation {
  const { http, input, output, errors = [] } = operation
  const plain = http.method === 'POST' && http.requestUri === '/'
  return {
    ...(input ? { input: input.shape } : {}),
    ...(output ? { output: output.shape } : {}),
    ...(output?.resultWrapper ? { resultWrapper: output.resultWrapper } : {}),
    errors: errors.map(({ shape }) => errorCode(source, shape)),
    ...(paginated ? { paginated: true } : {}),
    ...(plain ? {} : { http: { method: http.method, path: http.requestUri, status: http.responseCode ?? 200 } }),
  }
}

function errorCode(source: BotocoreModel, shapeName: string): string {
  return source.shapes[shapeName]?.error?.code ?? shapeName
}

function errorsOf(source: BotocoreModel): Model['errors'] {
  const names = Object.values(source.operations).flatMap(
    (operation) => operation.errors?.map(({ shape }) => shape) ?? [],
  )
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => {
      const shape = source.shapes[name]
      const fault = shape?.fault ?? false
      const status = shape?.error?.httpStatusCode ?? (fault ? 500 : 400)
      return [errorCode(source, name), { status, senderFault: !fault && status < 500 }]
    }),
  )
}

function reachableShapes(source: BotocoreModel, operations: readonly ModelOperation[]): Model['shapes'] {
  const reached = new Map<string, ModelShape>()
  const pending = operations.flatMap(({ input, output }) => [input, output].filter((name) => name !== undefined))
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (reached.has(name)) continue
    const shape = source.shapes[name]
    if (!shape) throw new Error(`the model names shape ${name} and does not hold it`)
    reached.set(name, compactShape(shape))
    const { members = {}, member, key, value } = shape
    for (const reference of [...Object.values(members), member, key, value])
      if (reference) pending.push(reference.shape)
  }
  return Object.fromEntries([...reached].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function compactShape(shape: BotocoreShape): ModelShape {
  const { type, members, member, key, value, required, union, flattened, min, max, pattern, sensitive } = shape
  return {
    type,
    ...(members ? { members: mapValues(members, compactReference) } : {}),
    ...(required && required.length > 0 ? { required } : {}),
    ...(union ? { union } : {}),
    ...(member ? { member: compactReference(member) } : {}),
    ...(key ? { key: compactReference(key) } : {}),
    ...(value ? { value: compactReference(value) } : {}),
    ...(flattened ? { flattened } : {}),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(shape.enum ? { enum: shape.enum } : {}),
    ...(sensitive ? { sensitive } : {}),
  }
}

function compactReference({ shape, locationName, location, flattened }: BotocoreReference): ModelReference {
  if (locationName === undefined && location === undefined && !flattened) return shape
  if (location !== undefined && location !== 'uri' && location !== 'querystring') {
    throw new Error(`${shape} stands in ${location}, which is not read`)
  }
  return {
    shape,
    ...(locationName ? { locationName } : {}),
    ...(flattened ? { flattened } : {}),
    ...(location ? { location } : {}),
  }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
