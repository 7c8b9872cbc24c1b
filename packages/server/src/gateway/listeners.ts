import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ListenAddress } from '../config.ts'
import { type ConnectionLimits, Connections } from './connections.ts'
import type { ServerCertificate } from './private-ca.ts'

export interface ListenerParts extends ConnectionLimits {
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
  // How often Node looks whom the two above are about; its 30 seconds would more than double them.
  connectionsCheckingInterval: 5_000,
  // Of TLS; Node's own is two minutes.
  handshakeTimeout: 20_000,
  keepAliveTimeout: 75_000,
  // Some clients offer HTTP/2 with every request in the clear; they are answered as if they had not.
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
}

/** The servers of all addresses; each is one of Node's own. */
export class Listeners {
  readonly #servers: Server[] = []
  readonly #connections: Connections
  readonly #parts: ListenerParts

  constructor(parts: ListenerParts) {
    const connections = new Connections(parts)
    this.#connections = connections
    this.#parts = {
      ...parts,
      onRequest: connections.guardRequests(parts.onRequest),
      onUpgrade: connections.guardUpgrades(parts.onUpgrade),
    }
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
    this.#connections.watch(server, address.secure)
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
    this.#connections.closeNow()
  }
}
