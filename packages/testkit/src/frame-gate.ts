import { createHash } from 'node:crypto'
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { decodeFrame, type Frame } from '@fairlead/wire/frame'
import { WebSocket, WebSocketServer } from 'ws'
import { within } from './within.ts'

export type Speaker = 'agent' | 'server'

/** A frame that went through, or the one that did not. */
export interface SeenFrame {
  readonly from: Speaker
  readonly frame: Frame
}

interface Stop {
  readonly from: Speaker
  readonly isMeant: (frame: Frame) => boolean
  readonly reached: (frame: Frame) => void
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const limits = { maxBytes: 4 * 1024 * 1024, sha256 }

/**
 * A way to a server that can be closed behind any frame. Once it is stopped at a frame, neither that frame nor anything
 * after it goes over that connection, in either direction: who is killed then dies between this frame and the one before.
 * Later connections pass. What is gone with one end of a connection is gone for the other.
 */
export class FrameGate {
  /** In the order in which they came here. */
  readonly seen: SeenFrame[] = []
  readonly #to: URL
  readonly #server: Server
  readonly #upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  readonly #stops = new Set<Stop>()
  readonly #unanswered = new Map<string, () => void>()
  readonly #sockets = new Set<WebSocket>()
  #isShut = false

  private constructor(to: string) {
    this.#to = new URL(to)
    this.#server = createServer((request, response) => this.#forward(request, response))
    this.#server.on('upgrade', (request, socket, head) => this.#connect(request, socket, head))
  }

  static async open(t: { after(end: () => void): void }, to: string): Promise<FrameGate> {
    const gate = new FrameGate(to)
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve))
    t.after(() => {
      gate.shut()
      gate.#server.close()
    })
    return gate
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo // a TCP server's, since it listens
    return `http://127.0.0.1:${port}`
  }

  /** Cuts all connections and takes no new ones. */
  shut(): void {
    this.#isShut = true
    for (const socket of this.#sockets) socket.terminate()
    this.#server.closeAllConnections()
  }

  unshut(): void {
    this.#isShut = false
  }

  /** Stops the connection over which the next such frame comes; resolves with the frame. */
  stopAt(from: Speaker, messageType: string, isMeant: (frame: Frame) => boolean = () => true): Promise<Frame> {
    const reached = new Promise<Frame>((resolve) => {
      this.#stops.add({
        from,
        isMeant: (frame) => frame.messageType === messageType && isMeant(frame),
        reached: resolve,
      })
    })
    return within(reached, `a frame ${messageType} from the ${from}`, 20_000)
  }

  /** Keeps back the next answer to an operation (`SendCommand`); resolves when the server has given it. */
  keepAnswer(operation: string): Promise<void> {
    const given = new Promise<void>((resolve) => this.#unanswered.set(operation, resolve))
    return within(given, `an answer to ${operation}`, 20_000)
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isShut) {
      request.socket.destroy()
      return
    }
    const { hostname, port } = this.#to
    const { method = 'GET', url = '/', rawHeaders } = request
    const onwards = httpRequest({ hostname, port, method, path: url, headers: rawHeaders, agent: false }, (answer) => {
      const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? ''
      const given = this.#unanswered.get(operation)
      if (given !== undefined) {
        this.#unanswered.delete(operation)
        answer.resume()
        answer.once('end', given)
        return
      }
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    onwards.on('error', () => response.destroy())
    response.on('close', () => onwards.destroy())
    request.pipe(onwards)
  }

  #connect(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    if (this.#isShut) {
      socket.destroy()
      return
    }
    const url = new URL(request.url ?? '/', this.#to)
    url.protocol = 'ws:'
    const kept = Object.entries(request.headers).filter(([name]) => /^(?:host|authorization|x-amz-.*)$/.test(name))
    const server = new WebSocket(url, {
      headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
      perMessageDeflate: false,
    })
    server.on('error', () => socket.destroy())
    server.once('unexpected-response', (_, answer) => {
      socket.end(`HTTP/1.1 ${answer.statusCode} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      server.terminate()
    })
    server.once('open', () => {
      this.#upgrader.handleUpgrade(request, socket, head, (agent) => this.#join(agent, server))
    })
  }

  #join(agent: WebSocket, server: WebSocket): void {
    const line = { isStopped: false }
    for (const [from, near, far] of [
      ['agent', agent, server],
      ['server', server, agent],
    ] as const) {
      this.#sockets.add(near)
      near.on('error', () => undefined) // 'close' follows
      near.on('close', () => {
        this.#sockets.delete(near)
        far.terminate()
      })
      near.on('message', (data, isBinary) => {
        if (line.isStopped) return
        if (isBinary && this.#isStop(from, data as Buffer)) line.isStopped = true
        else far.send(data, { binary: isBinary })
      })
      near.on('ping', (data) => line.isStopped || far.ping(data))
    }
  }

  #isStop(from: Speaker, bytes: Buffer): boolean {
    const frame = decodeFrame(bytes, limits)
    this.seen.push({ from, frame })
    const stop = [...this.#stops].find((one) => one.from === from && one.isMeant(frame))
    if (stop === undefined) return false
    this.#stops.delete(stop)
    stop.reached(frame)
    return true
  }
}
