import { parseForm } from './form.ts'
import { formDecoders } from './form-decode.ts'
import { formEncoders, parameter } from './form-encode.ts'
import { jsonDecoders } from './json-decode.ts'
import { jsonEncoders } from './json-encode.ts'
import { parseJson } from './json-text.ts'
import type { Model, ModelOperation } from './model/model.ts'
import { redactors } from './redact.ts'
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
   * The typed input of a body (JSON, or a form; a query string is a form too), checked by the model.
   *
   * @throws WireError SerializationException, ValidationException; for the query protocol MalformedQueryString,
   *   MalformedInput, ValidationError.
   */
  decode(body: Uint8Array): unknown

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
    decodeOutput: outputDecoderOf(output, toolkit),
    redact: redactorOf(input, toolkit),
    redactOutput: redactorOf(output, toolkit),
  }
}

function decoderOf(input: Shape | undefined, toolkit: Toolkit): OperationCodec['decode'] {
  if (!input) return () => ({})
  const isForm = toolkit.model.metadata.protocol === 'query'
  const code = isForm ? 'ValidationError' : 'ValidationException'
  const parse = isForm ? formReader(input, toolkit) : jsonReader(input, toolkit)
  const validator = toolkit.validate(input)
  return (body) => {
    const value = parse(body)
    const found: Violation[] = []
    validator.run(value, undefined, '', found)
    if (found.length > 0) throw validationError(code, found)
    return value
  }
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

function outputDecoderOf(output: Shape | undefined, toolkit: Toolkit): OperationCodec['decodeOutput'] {
  if (toolkit.model.metadata.protocol !== 'json') {
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
  if (protocol === 'json') return (value) => (json ? JSON.stringify(json.run(value)) : '{}')

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
