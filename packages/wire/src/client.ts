import { type ClientRequest, clientRequest } from './client-request.ts'
import { codecs } from './codecs.ts'
import type { InputOf, Operations, OutputOf } from './model/operations.ts'
import type { OperationCodec } from './operation-codec.ts'
import type { ServiceId } from './service-models.ts'

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
  return clientRequest(codecs[service], operation, operationOf(service, operation), input)
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

function operationOf(service: ServiceId, name: string): OperationCodec {
  const operation = codecs[service].operation(name)
  if (!operation) throw new TypeError(`${service} has no operation ${name}`)
  return operation
}
