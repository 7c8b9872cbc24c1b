import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Counters } from '../domain/telemetry.ts'

export interface ConnectionLimits {
  /** Connections of all addresses together that are served; what comes beyond is told so and closed. */
  readonly maxConnections: number
  /** A connection on which nothing moves for so long is closed, channels aside. */
  readonly silenceMs?: number
  readonly counters: Counters
}

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Longer than the longest held poll, and than connections are kept for another request. */
const longestSilenceMs = 90_000
const surplusSilenceMs = 2_000
/** Connections beyond the limit that are open to be told so; the next ones are cut off without a word. */
const surplus = (maxConnections: number) => Math.min(256, Math.ceil(maxConnections / 8))

const tooMany = JSON.stringify({
  __type: 'ServiceUnavailableException',
  message: 'Too many connections are open at the moment. Try again.',
})
const tooManyHeaders = {
  Connection: 'close',
  'Retry-After': '5',
  'Content-Type': 'application/x-amz-json-1.1',
  'Content-Length': String(Buffer.byteLength(tooMany)),
}
/** The same for those who came for a channel. */
const refusal = `HTTP/1.1 503 Service Unavailable\r\n${Object.entries(tooManyHeaders)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')}\r\n${tooMany}`

/** Every open connection of a server, and no more than it may have. */
export class Connections {
  readonly #limits: ConnectionLimits
  /** Node's servers lose sight of sockets that were upgraded or are still in their TLS handshake. */
  readonly #sockets = new Set<Socket>()
  /** Those that came when there were too many; TLS ones by their secure side. */
  readonly #surplus = new Set<Socket>()

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
    limits.counters.gauge('fairlead_connections', 'Open connections, channels among them', () => this.#sockets.size)
  }

  /** Ends connections of a server on which nothing moves. */
  limitSilence(server: Server): void {
    // Node's other bounds begin with the first byte of a request: without this one who says nothing stays for ever.
    server.timeout = this.#limits.silenceMs ?? longestSilenceMs
  }

  /** Counts the connections of one more address. */
  watch(server: Server, isSecure: boolean): void {
    this.limitSilence(server)
    server.on('connection', (socket: Socket) => {
      if (this.#accept(socket) && !isSecure) this.#judge(socket)
    })
    if (isSecure) server.on('secureConnection', (socket: Socket) => this.#judge(socket))
  }

  /** Hears what requests on a connection too many are to hear; all others go on to `onRequest`. */
  guardRequests(onRequest: RequestListener): RequestListener {
    return (request, response) => {
      if (this.#surplus.size > 0 && this.#surplus.has(request.socket)) refuse(response)
      else onRequest(request, response)
    }
  }

  /** The same for upgrades. */
  guardUpgrades(onUpgrade: UpgradeListener): UpgradeListener {
    return (request, socket, head) => {
      if (this.#surplus.has(request.socket)) refuseChannel(socket)
      else onUpgrade(request, socket, head)
    }
  }

  /** Ends every connection at once. */
  closeNow(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #accept(socket: Socket): boolean {
    const { maxConnections } = this.#limits
    if (this.#sockets.size >= maxConnections + surplus(maxConnections)) {
      this.#countRefused()
      socket.destroy()
      return false
    }
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    return true
  }

  /** One too many is answered nevertheless, once: it is to know why, and to come back later. */
  #judge(socket: Socket): void {
    if (this.#sockets.size <= this.#limits.maxConnections) return
    this.#countRefused()
    this.#surplus.add(socket)
    // Who asks nothing soon takes the place of one who would.
    socket.setTimeout(surplusSilenceMs)
    socket.once('close', () => this.#surplus.delete(socket))
  }

  #countRefused(): void {
    this.#limits.counters.add('fairlead_connections_refused_total', 'Connections beyond --max-connections')
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(503, tooManyHeaders)
  response.end(tooMany)
}

function refuseChannel(socket: Duplex): void {
  // Node no longer listens for its errors, and one that nobody listens for ends the process.
  socket.on('error', () => socket.destroy())
  socket.once('finish', () => socket.destroy())
  socket.end(refusal)
}
