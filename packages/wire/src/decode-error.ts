import { parseJson } from './json-text.ts'
import { WireError } from './wire-error.ts'

/** The code and message of an error answer of a JSON service; what is not there is empty. It never throws. */
export function decodeErrorResponse(body: Uint8Array): { readonly code: string; readonly message: string } {
  const answer = parsedOrEmpty(body)
  const text = (name: string): string => (typeof answer[name] === 'string' ? answer[name] : '')
  // A namespace may stand before the code: com.amazonaws.ssm#InvalidDocument.
  const code = text('__type')
  return { code: code.slice(code.lastIndexOf('#') + 1), message: text('message') || text('Message') }
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
