import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Duplex } from 'node:stream'
import { connectionBounds, mostHeaders } from '../connection-bounds.ts'
import { http } from '../node-http.ts'
import type { ServerCertificate } from '../private-ca.ts'

export interface ConnectProxyParts {
  /** The names of AWS's that are answered under. */
  readonly names: readonly string[]
  /** One that is good for all of them. */
  readonly certificate: ServerCertificate
  readonly onRequest: RequestListener
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Sets the bounds of connections that Node's servers do not have by themselves. */
  readonly limit: (server: Server) => void
}

/**
 * CONNECT for clients that only know AWS's own names: a proxy that leads to this server and nowhere else. Behind it is TLS
 * under the name that was asked for, and then every request takes the way of all others. Nobody has to say who they are to the
 * proxy: they come no further than to a listener, whose connections theirs are and count as.
 */
export class ConnectProxy {
  readonly #names: ReadonlySet<string>
  readonly #server: Server

  constructor({ names, certificate: { cert, key }, onRequest, onUpgrade, limit }: ConnectProxyParts) {
    this.#names = new Set(names)
    // It never listens: connections are given to it.
    this.#server = createServer(
      { ...connectionBounds, minVersion: 'TLSv1.2', handshakeTimeout: connectionBounds.headersTimeout, cert, key },
      onRequest,
    )
    this.#server.maxHeadersCount = mostHeaders
    this.#server.on('upgrade', onUpgrade)
    limit(this.#server)
    // From this on Node keeps an eye on connections: on their time for headers, and on which are idle.
    this.#server.emit('listening')
  }

  connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    if (!this.#isServed(request.url ?? '')) {
      this.#turnAway(socket)
      return
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    // As sockets of TLS servers are: whoever hangs up in the middle of the handshake is gone at once.
    socket.allowHalfOpen = false
    this.#server.emit('connection', socket)
  }

  /** Ends idle connections, which would hold a stop up. */
  close(): void {
    this.#server.close()
  }

  #isServed(authority: string): boolean {
    const [host = '', port, ...more] = authority.toLowerCase().split(':')
    return this.#names.has(host) && port === '443' && more.length === 0
  }

  #turnAway(socket: Duplex): void {
    const served = [...this.#names].map((name) => `  ${name}:443`).join('\n')
    const text = `This proxy leads to Fairlead, under these names, and nowhere else:\n${served}\n`
    const head = [
      `HTTP/1.1 403 ${http.STATUS_CODES[403]}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
    ]
    socket.once('finish', () => socket.destroy())
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
  }
}
