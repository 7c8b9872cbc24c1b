import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../domain/clock.ts'
import type { Metrics } from '../events/metrics.ts'
import type { Gateway } from './gateway.ts'
import type { Health } from './health.ts'
import { pathOf } from './route.ts'

export interface FrontDoorParts {
  readonly gateway: Gateway
  readonly health: Health
  readonly metrics: Metrics
  /** What a reader of /metrics shows as its bearer token. */
  readonly metricsToken: string
  readonly clock: Pick<Clock, 'now' | 'ticks'>
  readonly newId: () => string
}

/**
 * Where every HTTP request comes in: health and metrics are answered here, everything else is an
 * API request for the gateway. Only /healthz asks nobody who they are.
 */
export class FrontDoor {
  readonly #parts: FrontDoorParts

  constructor(parts: FrontDoorParts) {
    this.#parts = parts
  }

  receive(request: IncomingMessage, response: ServerResponse): void {
    // A connection that is told to close will not wait for the next request while we stop.
    if (this.#parts.health.isStopping) response.setHeader('Connection', 'close')
    // Load balancers ask with HEAD, and Node leaves the body of such an answer out.
    const path = request.method === 'GET' || request.method === 'HEAD' ? pathOf(request) : undefined
    if (path === '/healthz') void this.#health(response)
    else if (path === '/metrics') this.#metrics(request, response)
    else this.#api(request, response)
  }

  #api(request: IncomingMessage, response: ServerResponse): void {
    const { gateway, health, clock, newId } = this.#parts
    const gone = new AbortController()
    response.on('close', () => {
      // Aborting costs more than it seems (it makes an exception), and after the answer there is nothing to abort.
      if (!response.writableFinished) gone.abort()
      // Its head was written before we began to stop, and promised to keep the connection.
      if (health.isStopping) request.socket.end()
    })
    void gateway.answer({
      request,
      response,
      requestId: newId(),
      receivedAt: clock.now(),
      receivedTicks: clock.ticks(),
      sourceIp: addressOf(request),
      secure: (request.socket as Partial<TLSSocket>).encrypted === true,
      signal: gone.signal,
    })
  }

  async #health(response: ServerResponse): Promise<void> {
    const { isWell, text } = await this.#parts.health.report()
    sendText(response, isWell ? 200 : 503, text)
  }

  #metrics(request: IncomingMessage, response: ServerResponse): void {
    const { metrics, metricsToken } = this.#parts
    const expected = Buffer.from(`Bearer ${metricsToken}`)
    const given = Buffer.from(request.headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.setHeader('WWW-Authenticate', 'Bearer')
      sendText(response, 401, 'Show the token in DIR/metrics-token as a bearer token.\n')
      return
    }
    sendText(response, 200, metrics.text(), 'text/plain; version=0.0.4; charset=utf-8')
  }
}

function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

/** IPv4 addresses that come over an IPv6 socket are written as IPv4, so that policies can name them. */
export function addressOf(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? ''
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
