import type { ClientOperation } from './client-operation.ts'
import type { ModelMetadata } from './model/model.ts'

/** A request as a client sends it, still to be signed. The targets of ssmmessages are its callers' affair. */
export interface ClientRequest {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The request for one operation. Throws EncodeError as `encodeInput` does. */
export function clientRequest(
  { protocol, targetPrefixes }: Pick<ModelMetadata, 'protocol' | 'targetPrefixes'>,
  name: string,
  operation: ClientOperation,
  input: unknown,
): ClientRequest {
  const text = operation.encodeInput(input)
  const headers = {
    json: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${targetPrefixes[0]}.${name}` },
    query: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    'rest-json': { 'content-type': 'application/json' },
    'rest-channel': { 'content-type': 'application/json' },
  }[protocol]
  return { ...operation.requestLine(input), headers, body: new TextEncoder().encode(text) }
}
