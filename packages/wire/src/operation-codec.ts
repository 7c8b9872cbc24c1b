import { EncodeError } from './encode-error.ts'
import { parseForm } from './form.ts'
import { formDecoders } from './form-decode.ts'
import { formEncoders, parameter } from './form-encode.ts'
import { jsonDecoders } from './json-decode.ts'
import { jsonEncoders } from './json-encode.ts'
import { parseJson } from './json-text.ts'
import type { Model, ModelOperation } from './model/model.ts'
import { redactors } from './redact.ts'
import { placedMembers, type RequestPlaces, restInput } from './rest-input.ts'
import { fillPath } from './rest-route.ts'
import { type Shape, shapesOf } from './shape.ts'
import { type ItemStyle, validators } from './validate.ts'
import { type Violation, validationError } from './violation.ts'
import { element, xmlText } from './xml.ts'
import { xmlEncoders } from './xml-encode.ts'

/** How the requests of one operation are read and its answers written. */
export interface OperationCodec {
  readonly name: string
  /** Codes of the errors that the model lists for it. */
  readonly errors: readonly string[]
  readonly paginated: boolean
  /** HTTP status of success. */
  readonly status: number

  /**
   * The typed input of a body (JSON, or a form; a query string is a form too), checked by the model. Requests of
   * rest-json have members in other places too.
   *
   * @throws WireError SerializationException, ValidationException; for the query protocol MalformedQueryString,
   *   MalformedInput, ValidationError.
   */
  decode(body: Uint8Array, places?: RequestPlaces): unknown

  /**
   * The body of a successful answer.
   *
   * @throws EncodeError when the output lacks a required member or has one that the model does not.
   */
  encode(output: unknown, requestId: string): string

  /**
   * The body of a request, as a client writes it.
   *
   * @throws EncodeError as `encode` does.
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

  /** A copy of an input with everything masked that the model marks sensitive: for audit and logs. */
  redact(input: unknown): unknown

  /** The same for an output. */
  redactOutput(output: unknown): unknown
}

/** A look-up of a model's operations by name. Each is compiled when it is first asked for. */
export function operationCodecs(model: Model, itemStyle: ItemStyle): (name: string) => OperationCodec | undefined {
  const compiled = new Map<string, OperationCodec>()
  const toolkit = toolkitOf(model, itemStyle)
  return (name) => {
    const known = compiled.get(name)
    if (known) return known
    const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined
    if (!operation) return undefined
    const codec = compileOperation(name, operation, toolkit)
    compiled.set(name, codec)
    return codec
  }
}

type Toolkit = ReturnType<typeof toolkitOf>

function toolkitOf(model: Model, itemStyle: ItemStyle) {
  return {
    model,
    shape: shapesOf(model),
    fromJson: jsonDecoders(),
    fromForm: formDecoders(),
    toJson: jsonEncoders(),
    toXml: xmlEncoders(),
    toForm: formEncoders(),
    validate: validators(itemStyle),
    redact: redactors(),
  }
}

function compileOperation(name: string, operation: ModelOperation, toolkit: Toolkit): OperationCodec {
  const input = operation.input === undefined ? undefined : toolkit.shape(operation.input)
  const output = operation.output === undefined ? undefined : toolkit.shape(operation.output)
  return {
    name,
    errors: operation.errors,
    paginated: operation.paginated ?? false,
    status: operation.http?.status ?? 200,
    decode: decoderOf(input, toolkit),
    encode: encoderOf(name, operation, output, toolkit),
    encodeInput: inputEncoderOf(name, input, toolkit),
    requestLine: (value) => requestLine(operation, input, toolkit, value),
    decodeOutput: outputDecoderOf(output, toolkit),
    redact: redactorOf(input, toolkit),
    redactOutput: redactorOf(output, toolkit),
  }
}

function decoderOf(input: Shape | undefined, toolkit: Toolkit): OperationCodec['decode'] {
  if (!input) return () => ({})
  const isForm = toolkit.model.metadata.protocol === 'query'
  const code = isForm ? 'ValidationError' : 'ValidationException'
  const parse = readerOf(input, toolkit)
  const validator = toolkit.validate(input)
  return (body, places) => {
    const value = parse(body, places)
    const found: Violation[] = []
    validator.run(value, undefined, '', found)
    if (found.length > 0) throw validationError(code, found)
    return value
  }
}

function readerOf(input: Shape, toolkit: Toolkit): (body: Uint8Array, places?: RequestPlaces) => unknown {
  const { protocol } = toolkit.model.metadata
  if (protocol === 'query') return formReader(input, toolkit)
  if (protocol !== 'rest-json') return jsonReader(input, toolkit)
  const json = toolkit.fromJson(input)
  return (body, places = { uri: {}, query: '' }) => json.run(restInput(input, body, places))
}

function jsonReader(shape: Shape, toolkit: Toolkit): (body: Uint8Array) => unknown {
  const json = toolkit.fromJson(shape)
  return (body) => json.run(parseJson(body))
}

function formReader(shape: Shape, toolkit: Toolkit): (body: Uint8Array) => unknown {
  const form = toolkit.fromForm(shape)
  return (body) => form.run(parseForm(body))
}

function inputEncoderOf(name: string, input: Shape | undefined, toolkit: Toolkit): OperationCodec['encodeInput'] {
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
  toolkit: Toolkit,
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

function outputDecoderOf(output: Shape | undefined, toolkit: Toolkit): OperationCodec['decodeOutput'] {
  const { protocol } = toolkit.model.metadata
  if (protocol !== 'json' && protocol !== 'rest-json') {
    return () => {
      throw new TypeError('only JSON answers can be read')
    }
  }
  return output ? jsonReader(output, toolkit) : () => ({})
}

function encoderOf(
  name: string,
  { resultWrapper }: ModelOperation,
  output: Shape | undefined,
  toolkit: Toolkit,
): OperationCodec['encode'] {
  const { protocol, xmlNamespace } = toolkit.model.metadata
  const json = output && toolkit.toJson(output)
  const xml = output && toolkit.toXml(output)
  if (protocol === 'json' || protocol === 'rest-json') {
    return (value) => (json ? JSON.stringify(json.run(value)) : '{}')
  }

  const result = (value: unknown): string => {
    if (!json || !xml || resultWrapper === undefined) return ''
    json.run(value)
    return xml.run(value, resultWrapper)
  }
  if (protocol === 'rest-channel') return result
  const opening = xmlNamespace ? `<${name}Response xmlns="${xmlText(xmlNamespace)}">` : `<${name}Response>`
  return (value, requestId) => {
    const metadata = element('ResponseMetadata', element('RequestId', xmlText(requestId)))
    return `${opening}${result(value)}${metadata}</${name}Response>`
  }
}

function redactorOf(shape: Shape | undefined, toolkit: Toolkit): (value: unknown) => unknown {
  if (!shape) return () => ({})
  const redactor = toolkit.redact(shape)
  return (value) => redactor.run(value)
}
