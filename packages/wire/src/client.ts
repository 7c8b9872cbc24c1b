import { codecs } from './codecs.ts'
import { parseJson } from './json-text.ts'
import type { InputOf, Operations, OutputOf } from './model/operations.ts'
import type { OperationCodec } from './operation-codec.ts'
import type { ServiceId } from './service-models.ts'
import { WireError } from './wire-error.ts'

/** A request as a client sends it, still to be signed. The targets of ssmmessages are its callers' affair. */
export interface ClientRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Services whose answers a client of ours can read. */
export type JsonServiceId = 'ssm' | 'kms' | 'resource-groups' | 'ec2messages' | 'fairlead'

/**
 * The request for one operation.
 *
 * @throws EncodeError when the input lacks a required member or has one that the model does not.
 */
export function clientCall<S extends ServiceId, O extends keyof Operations[S] & string>(
  service: S,
  operation: O,
  input: InputOf<S, O>,
): ClientRequest {
  const { protocol, targetPrefixes } = codecs[service]
  const codec = operationOf(service, operation)
  const text = codec.encodeInput(input)
  const headers = {
    json: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${targetPrefixes[0]}.${operation}` },
    query: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    'rest-json': { 'content-type': 'application/json' },
    'rest-channel': { 'content-type': 'application/json' },
  }[protocol]
  return { ...codec.requestLine(input), headers, body: new TextEncoder().encode(text) }
}

/**
 * The output in a successful answer of a JSON service. Members that the model does not know are ignored;
 * bounds are not checked.
 *
 * @throws WireError SerializationException when the body is not what the model says.
 */
export function decodeResponse<S extends JsonServiceId, O extends keyof Operations[S] & string>(
  service: S,
  operation: O,
  body: Uint8Array,
): OutputOf<S, O> {
  return operationOf(service, operation).decodeOutput(body) as OutputOf<S, O>
}

/** The code and message of an error answer of a JSON service; what is not there is empty. It never throws. */
export function decodeErrorResponse(body: Uint8Array): { readonly code: string; readonly message: string } {
  const answer = parsedOrEmpty(body)
  const text = (name: string): string => (typeof answer[name] === 'string' ? answer[name] : '')
  // A namespace may stand before the code: com.amazonaws.ssm#InvalidDocument.
  const code = text('__type')
  return { code: code.slice(code.lastIndexOf('#') + 1), message: text('message') || text('Message') }
}

function operationOf(service: ServiceId, name: string): OperationCodec {
  const operation = codecs[service].operation(name)
  if (!operation) throw new TypeError(`${service} has no operation ${name}`)
  return operation
}

function parsedOrEmpty(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const answer = parseJson(body)
    return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {}
  } catch (error) {
    if (error instanceof WireError) return {}
    throw error
  }
}
