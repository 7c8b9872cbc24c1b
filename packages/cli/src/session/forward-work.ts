import { createServer, type Server, type Socket } from 'node:net'
import { decodeFlag, payloadTypes, sessionFlags } from '@fairlead/wire/session-message'
import { SmuxError } from '@fairlead/wire/smux-frame'
import { type SmuxEvent, SmuxSession } from '@fairlead/wire/smux-session'
import { type ClientWork, type WorkOutlet, writeInPieces } from './session-work.ts'
import type { SessionWorld } from './session-world.ts'

export interface ForwardOptions {
  readonly sessionId: string
  /** Whether the end of one direction leaves the other open, on the node too. */
  readonly canHalfClose: boolean
  /** A port of `localhost`, 0 for any that is free, or the path of a Unix socket. */
  readonly listenOn: number | string
}

interface Connection {
  readonly socket: Socket
  finishing: NodeJS.Timeout | undefined
}

const limits = { mostStreams: 1_000, mostUnconsumed: 4 * 1024 * 1024 }
// Amazon's agent takes the end of one direction for the end of both: it is told when the answer seems to be over.
const quietMs = 1_000

/** A local port, or a Unix socket; its connections are the streams of smux. */
export class ForwardWork implements ClientWork {
  readonly #world: SessionWorld
  readonly #outlet: WorkOutlet
  readonly #options: ForwardOptions
  readonly #mux = new SmuxSession('client', limits)
  readonly #connections = new Map<number, Connection>()
  readonly #server: Server
  readonly #undo: (() => void)[] = []
  #backlog = 0
  #mayWrite = true
  #hasAccepted = false

  constructor(world: SessionWorld, outlet: WorkOutlet, options: ForwardOptions) {
    this.#world = world
    this.#outlet = outlet
    this.#options = options
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
    this.#server.on('error', (error) => outlet.end(`Nothing can be forwarded: ${error.message}`))
    const { listenOn } = options
    const listening = () => this.#tellWhere()
    if (typeof listenOn === 'string') this.#server.listen(listenOn, listening)
    else this.#server.listen(listenOn, 'localhost', listening)
    this.#undo.push(world.onSignal('SIGINT', () => outlet.giveUp() || outlet.end()))
  }

  get backlog(): number {
    return this.#backlog
  }

  take(payloadType: number, payload: Uint8Array): void {
    if (payloadType === payloadTypes.flag && decodeFlag(payload) === sessionFlags.connectToPortError) {
      this.#world.stderr.write('\nConnection to destination port failed: nothing answers there.\n')
    }
    if (payloadType !== payloadTypes.output) return
    try {
      for (const event of this.#mux.receive(payload)) this.#takeEvent(event)
    } catch (error) {
      if (!(error instanceof SmuxError)) throw error
      this.#outlet.end(`The node broke the rules of multiplexing: ${error.message}`)
    }
  }

  setFlow(mayWrite: boolean): void {
    this.#mayWrite = mayWrite
    for (const { socket } of this.#connections.values()) {
      if (mayWrite) socket.resume()
      else socket.pause()
    }
  }

  async stop(): Promise<void> {
    for (const undo of this.#undo.splice(0)) undo()
    this.#server.close()
    for (const { socket, finishing } of this.#connections.values()) {
      clearTimeout(finishing)
      socket.destroy()
    }
  }

  #tellWhere(): void {
    const address = this.#server.address()
    const { sessionId } = this.#options
    const where =
      typeof address === 'object' && address !== null ? `Port ${address.port}` : `Unix socket ${String(address)}`
    this.#world.stdout.write(`${where} opened for sessionId ${sessionId}.\nWaiting for connections...\n`)
  }

  #accept(socket: Socket): void {
    let streamId: number
    try {
      const opened = this.#mux.open()
      streamId = opened.streamId
      this.#send(opened.bytes)
    } catch {
      socket.destroy() // too many: a listener that is full does the same
      return
    }
    this.#connections.set(streamId, { socket, finishing: undefined })
    if (!this.#hasAccepted) {
      this.#hasAccepted = true
      this.#world.stdout.write(`\nConnection accepted for session [${this.#options.sessionId}]\n`)
    }
    socket.setNoDelay(true)
    socket.on('data', (bytes: Buffer) => {
      for (const frame of this.#mux.write(streamId, bytes)) this.#send(frame)
    })
    socket.on('end', () => this.#finish(streamId))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#close(streamId))
    if (!this.#mayWrite) socket.pause()
  }

  #takeEvent(event: SmuxEvent): void {
    if (event.kind === 'data') {
      const { streamId, bytes } = event
      const connection = this.#connections.get(streamId)
      this.#backlog += bytes.length
      if (connection === undefined) this.#passed(streamId, bytes.length)
      else connection.socket.write(bytes, () => this.#passed(streamId, bytes.length))
      connection?.finishing?.refresh()
    }
    if (event.kind === 'finished') this.#connections.get(event.streamId)?.socket.end()
    if (event.kind === 'refused') this.#send(event.reply)
  }

  #passed(streamId: number, length: number): void {
    this.#backlog -= length
    this.#mux.consumed(streamId, length)
    this.#outlet.outputTaken()
  }

  #finish(streamId: number): void {
    const connection = this.#connections.get(streamId)
    if (connection === undefined) return
    if (this.#options.canHalfClose) this.#send(this.#mux.finish(streamId))
    else connection.finishing = setTimeout(() => this.#send(this.#mux.finish(streamId)), quietMs)
  }

  #close(streamId: number): void {
    clearTimeout(this.#connections.get(streamId)?.finishing)
    this.#connections.delete(streamId)
    this.#send(this.#mux.close(streamId))
  }

  #send(frame: Uint8Array | undefined): void {
    if (frame === undefined) return
    writeInPieces(frame, (piece) => this.#outlet.write(payloadTypes.output, piece))
  }
}
