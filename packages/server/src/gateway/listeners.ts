import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { createServer as createHttpsServer, type Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ListenAddress } from '../config.ts'
import { ConnectProxy } from './aws-hostnames/connect-proxy.ts'
import { connectionBounds, mostHeaders } from './connection-bounds.ts'
import { type ConnectionLimits, Connections } from './connections.ts'
import { http } from './node-http.ts'
import type { ServerCertificate } from './private-ca.ts'

export interface ListenerParts extends ConnectionLimits {
  readonly onRequest: RequestListener
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly certificate: ServerCertificate | undefined
  /** Another certificate, for these names of AWS's, and a proxy that leads to them; undefined where there are none. */
  readonly aws: AwsListening | undefined
}

export interface AwsListening {
  readonly names: readonly string[]
  readonly certificate: ServerCertificate
}

/** The servers of all addresses; each is one of Node's own. */
export class Listeners {
  readonly #servers: Server[] = []
  readonly #connections: Connections
  readonly #parts: ListenerParts
  readonly #proxy: ConnectProxy | undefined
  readonly #onConnect: ListenerParts['onUpgrade'] | undefined

  constructor(parts: ListenerParts) {
    const connections = new Connections(parts)
    this.#connections = connections
    this.#parts = {
      ...parts,
      onRequest: connections.guardRequests(parts.onRequest),
      onUpgrade: connections.guardUpgrades(parts.onUpgrade),
    }
    const { aws } = parts
    const { onRequest, onUpgrade } = this.#parts
    this.#proxy =
      aws && new ConnectProxy({ ...aws, onRequest, onUpgrade, limit: (server) => connections.limitSilence(server) })
    const proxy = this.#proxy
    this.#onConnect =
      proxy && connections.guardUpgrades((request, socket, head) => proxy.connect(request, socket, head))
  }

  /** Listens on an address and answers its URL, with the port that was really taken. */
  async open(address: ListenAddress): Promise<string> {
    const { onRequest, onUpgrade } = this.#parts
    const server = address.secure
      ? this.#secureServer(onRequest)
      : http.createServer(connectionBounds, address.isProxy ? refuseInTheClear : onRequest)
    if (!address.isProxy) server.on('upgrade', onUpgrade)
    if (this.#onConnect !== undefined) server.on('connect', this.#onConnect)
    this.#connections.watch(server, address.secure)
    server.maxHeadersCount = mostHeaders
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
    this.#proxy?.close()
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

  #secureServer(onRequest: RequestListener): SecureServer {
    const { certificate, aws } = this.#parts
    const server = createHttpsServer(
      { ...connectionBounds, minVersion: 'TLSv1.2', cert: certificate?.cert, key: certificate?.key },
      onRequest,
    )
    // For those whom a name server leads here under AWS's names, without a proxy.
    for (const name of aws?.names ?? [])
      server.addContext(name, { cert: aws?.certificate.cert, key: aws?.certificate.key })
    return server
  }

  /** Takes no new connections and ends all that there are, for a start that came no further. */
  async abandon(): Promise<void> {
    const closed = this.close()
    this.closeNow()
    await closed
  }

  /** Ends every connection at once: what had to finish has had its time. */
  closeNow(): void {
    this.#connections.closeNow()
  }
}

/** What a proxy's address says to requests that are meant for itself. */
const refuseInTheClear: RequestListener = (_request, response) => {
  const text = 'This address takes CONNECT and nothing else. Fairlead itself is at its other addresses.\n'
  response.writeHead(403, { 'Content-Type': 'text/plain', Connection: 'close' }).end(text)
}
