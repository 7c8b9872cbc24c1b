import type { IncomingMessage } from 'node:http'
import { codecs, type OperationCodec, type RequestPlaces, type ServiceCodec } from '@fairlead/wire/codec'

const all: readonly ServiceCodec[] = Object.values(codecs)
const channelOperations: ReadonlyMap<string, string> = new Map([
  ['control-channel', 'CreateControlChannel'],
  ['data-channel', 'CreateDataChannel'],
])

/**
 * Which service is meant: one port serves them all. The credential scope of the signature says it
 * first, else X-Amz-Target, else the path, else the API version that a form carries, else the host name
 * (design, section 1).
 */
export function routeService(request: IncomingMessage, body: Uint8Array): ServiceCodec | undefined {
  return (
    byScope(request) ??
    byTarget(headerOf(request, 'x-amz-target')) ??
    byPath(request.method ?? '', pathOf(request)) ??
    byVersion(formOf(request, body)) ??
    byHost(headerOf(request, 'host'))
  )
}

/** The operation, by the name that the service's protocol carries it under; undefined when there is none. */
export function routeOperation(
  codec: ServiceCodec,
  request: IncomingMessage,
  body: Uint8Array,
): RoutedOperation | undefined {
  if (codec.protocol === 'json') {
    const [prefix = '', name = '', ...more] = headerOf(request, 'x-amz-target').split('.', 3)
    return more.length === 0 && codec.targetPrefixes.includes(prefix) ? named(codec, name) : undefined
  }
  if (codec.protocol === 'query') return named(codec, actionOf(request, body))
  if (codec.protocol === 'rest-json') {
    const route = codec.route(request.method ?? '', pathOf(request))
    const routed = route && named(codec, route.name)
    return routed && { ...routed, places: { uri: route.uri, query: queryOf(request) } }
  }

  const [, version, kind = '', id = ''] = pathOf(request).split('/')
  const name = version === 'v1' && request.method === 'POST' ? channelOperations.get(kind) : undefined
  const routed = name === undefined ? undefined : named(codec, name)
  return routed && { ...routed, pathId: decodeURIComponentSafely(id) }
}

export interface RoutedOperation {
  readonly name: string
  readonly codec: OperationCodec
  /** The id in the path of a channel operation. */
  readonly pathId?: string
  /** What the path and the query string of a rest-json request carry. */
  readonly places?: RequestPlaces
}

function named(codec: ServiceCodec, name: string): RoutedOperation | undefined {
  const operation = codec.operation(name)
  return operation === undefined ? undefined : { name, codec: operation }
}

export function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '/'
  const queryAt = target.indexOf('?')
  return queryAt === -1 ? target : target.slice(0, queryAt)
}

/** What the query protocol is to decode: the form in the body, or the query string of a GET. */
export function formOf(request: IncomingMessage, body: Uint8Array): Uint8Array {
  return request.method === 'GET' ? Buffer.from(queryOf(request)) : body
}

function queryOf(request: IncomingMessage): string {
  const target = request.url ?? '/'
  const queryAt = target.indexOf('?')
  return queryAt === -1 ? '' : target.slice(queryAt + 1)
}

function headerOf(request: IncomingMessage, name: 'x-amz-target' | 'host' | 'authorization'): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

function byTarget(target: string): ServiceCodec | undefined {
  const dot = target.indexOf('.')
  if (dot === -1) return undefined
  const prefix = target.slice(0, dot)
  return all.find((codec) => codec.targetPrefixes.includes(prefix))
}

function byScope(request: IncomingMessage): ServiceCodec | undefined {
  const header = /Credential=[^/,\s]{1,128}\/\d{8}\/[^/,\s]{1,100}\/([a-z0-9-]{1,32})\//.exec(
    headerOf(request, 'authorization'),
  )
  const query = /[?&]X-Amz-Credential=[^&]{1,128}?%2F\d{8}%2F[^&%]{1,100}%2F([a-z0-9-]{1,32})%2F/i.exec(
    request.url ?? '',
  )
  const name = header?.[1] ?? query?.[1]
  return name === undefined ? undefined : all.find((codec) => codec.signingName === name)
}

function byPath(method: string, path: string): ServiceCodec | undefined {
  if (path.startsWith('/v1/control-channel/') || path.startsWith('/v1/data-channel/')) return codecs.ssmmessages
  return all.find((codec) => codec.route(method, path) !== undefined)
}

/** Only the unsigned come so far: their form still says which service's words they are to be refused in. */
function byVersion(form: Uint8Array): ServiceCodec | undefined {
  const version = /(?:^|&)Version=([\d-]{10})(?:&|$)/.exec(Buffer.from(form).toString('latin1'))?.[1]
  return all.find(({ protocol, apiVersion }) => protocol === 'query' && apiVersion === version)
}

function byHost(host: string): ServiceCodec | undefined {
  const first = host.slice(0, host.search(/[.:]|$/))
  return all.find((codec) => codec.service === first)
}

function actionOf(request: IncomingMessage, body: Uint8Array): string {
  const form = formOf(request, body)
  // Action is asked for before the form is decoded, and is at its head in every client; a form is bounded anyway.
  const found = /(?:^|&)Action=([A-Za-z0-9]{1,128})(?:&|$)/.exec(Buffer.from(form).toString('latin1'))
  return found?.[1] ?? ''
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Not an encoding of anything, so no node has this id.
    return text
  }
}
