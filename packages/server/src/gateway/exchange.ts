import type { IncomingMessage, ServerResponse } from 'node:http'

/** One request on its way through the gateway: what is known of it before anybody has looked inside. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** x-amzn-RequestId of the answer; the same in audit and log. */
  readonly requestId: string
  readonly receivedAt: Date
  /** The same by a clock that nobody sets, in milliseconds. */
  readonly receivedTicks: number
  readonly sourceIp: string
  readonly secure: boolean
  /** Aborts when the caller has gone before its answer. */
  readonly signal: AbortSignal
}
