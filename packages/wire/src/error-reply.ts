import type { Protocol } from './service-models.ts'
import { element, xmlText } from './xml.ts'

/** An error as the caller is to read it. */
export interface ErrorAnswer {
  readonly code: string
  readonly message: string
  readonly status: number
  readonly requestId: string
  readonly senderFault: boolean
}

/**
 * The body and headers of an error answer.
 *
 * For `rest-channel` the code stands as text and never as an element of its own: Amazon's agent 3.3 takes
 * `<AccessDeniedException>` in the body as the order to fall back to ec2messages.
 */
export function encodeError(
  protocol: Protocol,
  error: ErrorAnswer,
): { contentType: string; body: string; headers: Record<string, string> } {
  const { code, message, requestId } = error
  const headers = { 'x-amzn-RequestId': requestId }
  if (protocol === 'json') {
    return { contentType: 'application/x-amz-json-1.1', body: JSON.stringify({ __type: code, message }), headers }
  }
  if (protocol === 'rest-json') {
    return {
      contentType: 'application/json',
      body: JSON.stringify({ Message: message }),
      headers: { ...headers, 'x-amzn-ErrorType': code },
    }
  }
  const told = [
    protocol === 'query' ? element('Type', error.senderFault ? 'Sender' : 'Receiver') : '',
    element('Code', xmlText(code)),
    element('Message', xmlText(message)),
  ].join('')
  const body = element('ErrorResponse', element('Error', told) + element('RequestId', xmlText(requestId)))
  return { contentType: 'text/xml', body, headers }
}
