import { type ClientOperation, clientOperation, clientToolkitOf, jsonReader } from './client-operation.ts'
import { parseForm } from './form.ts'
import { formDecoders } from './form-decode.ts'
import type { Model, ModelOperation } from './model/model.ts'
import { redactors } from './redact.ts'
import { type RequestPlaces, restInput } from './rest-input.ts'
import type { Shape } from './shape.ts'
import { type ItemStyle, validators } from './validate.ts'
import { type Violation, validationError } from './violation.ts'
import { element, xmlText } from './xml.ts'
import { xmlEncoders } from './xml-encode.ts'

/** How the requests of one operation are read and its answers written, and what a client does. */
export interface OperationCodec extends ClientOperation {
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
    ...clientToolkitOf(model),
    fromForm: formDecoders(),
    toXml: xmlEncoders(),
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
    ...clientOperation(name, operation, toolkit),
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

function formReader(shape: Shape, toolkit: Toolkit): (body: Uint8Array) => unknown {
  const form = toolkit.fromForm(shape)
  return (body) => form.run(parseForm(body))
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
