import { EncodeError } from './encode-error.ts'
import { formEncoders, parameter } from './form-encode.ts'
import { jsonDecoders } from './json-decode.ts'
import { jsonEncoders } from './json-encode.ts'
import { parseJson } from './json-text.ts'
import type { Model, ModelOperation } from './model/model.ts'
import { placedMembers } from './rest-input.ts'
import { fillPath } from './rest-route.ts'
import { type Shape, shapesOf } from './shape.ts'

/** How a client writes the requests of one operation and reads its answers. */
export interface ClientOperation {
  /**
   * The body of a request, as a client writes it.
   *
   * @throws EncodeError when the input lacks a required member or has one that the model does not.
   */
  encodeInput(input: unknown): string

  /** Method and target of a request, as a client sends it: POST to `/` unless the protocol is rest-json. */
  requestLine(input: unknown): { readonly method: string; readonly target: string }

  /**
   * The output in a successful answer, for clients; json only. Bounds are not checked.
   *
   * @throws WireError SerializationException when the body is not what the model says.
   */
  decodeOutput(body: Uint8Array): unknown
}

export type ClientToolkit = ReturnType<typeof clientToolkitOf>

/** What compiles the shapes of a model for its operations, each shape once. */
export function clientToolkitOf(model: Model) {
  return {
    model,
    shape: shapesOf(model),
    fromJson: jsonDecoders(),
    toJson: jsonEncoders(),
    toForm: formEncoders(),
  }
}

export function clientOperation(name: string, operation: ModelOperation, toolkit: ClientToolkit): ClientOperation {
  const input = operation.input === undefined ? undefined : toolkit.shape(operation.input)
  const output = operation.output === undefined ? undefined : toolkit.shape(operation.output)
  return {
    encodeInput: inputEncoderOf(name, input, toolkit),
    requestLine: (value) => requestLine(operation, input, toolkit, value),
    decodeOutput: outputDecoderOf(output, toolkit),
  }
}

/** Reads a shape from the JSON text of a body. */
export function jsonReader(shape: Shape, toolkit: ClientToolkit): (body: Uint8Array) => unknown {
  const json = toolkit.fromJson(shape)
  return (body) => json.run(parseJson(body))
}

function inputEncoderOf(
  name: string,
  input: Shape | undefined,
  toolkit: ClientToolkit,
): ClientOperation['encodeInput'] {
  const { protocol, apiVersion } = toolkit.model.metadata
  const json = input && toolkit.toJson(input)
  if (protocol === 'rest-json') return (value) => (json && input ? restBody(input, json.run(value)) : '')
  if (protocol !== 'query') return (value) => (json ? JSON.stringify(json.run(value)) : '{}')
  const form = input && toolkit.toForm(input)
  return (value) => {
    const parameters = [parameter('Action', name), parameter('Version', apiVersion)]
    // The JSON encoder is the one that checks; what it makes is not needed here.
    json?.run(value)
    form?.run(value, '', parameters)
    return parameters.join('&')
  }
}

/** Empty where nothing stands in the body, as of a GET. */
function restBody(input: Shape, encoded: unknown): string {
  const placed = placedMembers(input)
  if (input.type === 'structure' && placed.length === input.members.length) return ''
  const rest = { ...(encoded as Record<string, unknown>) }
  for (const { wireName } of placed) delete rest[wireName]
  return JSON.stringify(rest)
}

function requestLine(
  { http }: ModelOperation,
  input: Shape | undefined,
  toolkit: ClientToolkit,
  value: unknown,
): { readonly method: string; readonly target: string } {
  if (toolkit.model.metadata.protocol !== 'rest-json' || !http) return { method: 'POST', target: '/' }
  const placed = input ? placedMembers(input) : []
  const texts = (location: string) =>
    placed.flatMap((member): [string, string][] => {
      const part = (value as Record<string, unknown>)[member.name]
      return member.location === location && part !== undefined ? [[member.wireName, String(part)]] : []
    })
  const path = fillPath(http.path, Object.fromEntries(texts('uri')))
  if (path === undefined) throw new EncodeError(`${http.path} lacks a value`)
  const query = texts('querystring').map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
  return { method: http.method, target: query.length === 0 ? path : `${path}?${query.join('&')}` }
}

function outputDecoderOf(output: Shape | undefined, toolkit: ClientToolkit): ClientOperation['decodeOutput'] {
  const { protocol } = toolkit.model.metadata
  if (protocol !== 'json' && protocol !== 'rest-json') {
    return () => {
      throw new TypeError('only JSON answers can be read')
    }
  }
  return output ? jsonReader(output, toolkit) : () => ({})
}
