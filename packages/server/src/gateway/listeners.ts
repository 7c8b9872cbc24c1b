import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ListenAddress } from '../config.ts'
import type { ServerCertificate } from './private-ca.ts'

export interface ListenerParts {
  readonly onRequest: RequestListener
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly certificate: ServerCertificate | undefined
}

/** Bounds that hold for every connection, whoever it comes from. */
const bounds = {
  // 64 KiB: a presigned URL with a session token fits several times over
  maxHeaderSize: 64 * 1024,
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  // Some clients offer HTTP/2 with every request in the clear; they are answered as if they had not.
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
}

/** The servers of all addresses; each is one of Node's own. */
export class Listeners {
  readonly #servers: Server[] = []
  /** Node's servers lose sight of sockets that were upgraded or are still in their TLS handshake. */
  readonly #sockets = new Set<Socket>()
  readonly #parts: ListenerParts

  constructor(parts: ListenerParts) {
    this.#parts = parts
  }

  /** Listens on an address and answers its URL, with the port that was really taken. */
  async open(address: ListenAddress): Promise<string> {
    const { onRequest, onUpgrade, certificate } = this.#parts
    const server = address.secure
      ? createHttpsServer(
          { ...bounds, minVersion: 'TLSv1.2', cert: certificate?.cert, key: certificate?.key },
          onRequest,
        )
      : createHttpServer(bounds, onRequest)
    server.on('upgrade', onUpgrade)
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.maxHeadersCount = 200
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(address.port, address.host, () => {
        server.off('error', reject)
        resolve()
      })
    })
    this.#servers.push(server)
    const { port } = server.address() as AddressInfo
    const host = address.host.includes(':') ? `[${address.host}]` : address.host
    return `${address.secure ? 'https' : 'http'}://${host}:${port}`
  }

  /** Takes no new connections, ends idle ones, and waits for the requests that run. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve())
            server.closeIdleConnections()
          }),
      ),
    )
  }

  /** Ends every connection at once: what had to finish has had its time. */
  closeNow(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
