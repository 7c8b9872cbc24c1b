import type { ServerResponse } from 'node:http'
import { encodeError, errorStatus, type Protocol, type ServiceCodec } from '@fairlead/wire/codec'
import type { ServiceError } from '../domain/error.ts'

const contentTypes: Readonly<Record<Protocol, string>> = {
  json: 'application/x-amz-json-1.1',
  'rest-json': 'application/json',
  query: 'text/xml',
  'rest-channel': 'application/xml',
}

/** What goes back over the wire. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export function successAnswer(codec: ServiceCodec, body: string, status: number): Answer {
  return { status, contentType: contentTypes[codec.protocol], body }
}

/** An error in the service's own form, with the status that its model gives it. */
export function errorAnswer(
  codec: Pick<ServiceCodec, 'service' | 'protocol'>,
  error: ServiceError,
  requestId: string,
): Answer {
  const { status, senderFault } = errorStatus(codec.service, error.code)
  const { contentType, body, headers } = encodeError(codec.protocol, {
    code: error.code,
    message: error.message,
    status,
    requestId,
    senderFault,
  })
  return { status, contentType, body, headers }
}

/** Sends an answer once; a caller who has gone is not waited for. */
export function send(response: ServerResponse, answer: Answer, requestId: string): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(answer.status, {
    'x-amzn-RequestId': requestId,
    'Content-Type': answer.contentType,
    'Content-Length': Buffer.byteLength(answer.body),
    ...answer.headers,
  })
  response.end(answer.body)
}
