import type { Socket } from 'node:net'
import { decodeFlag, encodeFlag, type PayloadType, payloadTypes, sessionFlags } from '@fairlead/wire/session-message'
import { SmuxError } from '@fairlead/wire/smux-frame'
import { type SmuxEvent, SmuxSession } from '@fairlead/wire/smux-session'
import type { Clock } from '../../clock.ts'
import { failure, type Outlet, type SessionWork, success } from '../stream/session-work.ts'
import { addressesOf, DeniedError, dial, type Target } from './dial.ts'

interface Connection {
  /** Undefined until it is connected. */
  socket: Socket | undefined
  readonly early: Uint8Array[]
  hasPeerFinished: boolean
}

const limits = { mostStreams: 1_000, mostUnconsumed: 4 * 1024 * 1024 }
// A client that has finished takes no more data, if it is Amazon's; ours does.
const afterFinishMs = 60_000

/** Any number of TCP connections to one target, as the streams of smux. */
export function startMuxPort(target: Target, outlet: Outlet, clock: Clock): SessionWork {
  return new MuxPort(target, outlet, clock)
}

class MuxPort implements SessionWork {
  readonly #target: Target
  readonly #outlet: Outlet
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  readonly #mux = new SmuxSession('server', limits)
  readonly #connections = new Map<number, Connection>()
  #backlog = 0
  #mayWrite = true

  constructor(target: Target, outlet: Outlet, clock: Clock) {
    this.#target = target
    this.#outlet = outlet
    this.#clock = clock
    // A target that is denied ends the session; one that is not there now may be later.
    addressesOf(target).catch((error: unknown) => {
      if (error instanceof DeniedError) this.#end(failure(error.message))
    })
  }

  get backlog(): number {
    return this.#backlog
  }

  takeInput(payloadType: PayloadType, payload: Uint8Array): void {
    if (this.#isStopped) return
    if (payloadType === payloadTypes.flag && decodeFlag(payload) === sessionFlags.terminateSession) this.#end(success)
    if (payloadType !== payloadTypes.output) return
    try {
      for (const event of this.#mux.receive(payload)) this.#take(event)
    } catch (error) {
      if (!(error instanceof SmuxError)) throw error
      this.#end(failure(`The client broke the rules of multiplexing: ${error.message}`))
    }
  }

  setFlow(mayWrite: boolean): void {
    this.#mayWrite = mayWrite
    for (const { socket } of this.#connections.values()) {
      if (mayWrite) socket?.resume()
      else socket?.pause()
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const { socket } of this.#connections.values()) socket?.destroy()
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  #take(event: SmuxEvent): void {
    switch (event.kind) {
      case 'opened':
        this.#open(event.streamId)
        break
      case 'data':
        this.#backlog += event.bytes.length
        this.#pass(event.streamId, event.bytes)
        break
      case 'finished':
        this.#finish(event.streamId)
        break
      case 'refused':
        this.#send(event.reply)
        break
      case 'keptAlive':
        break
    }
  }

  #open(streamId: number): void {
    const connection: Connection = { socket: undefined, early: [], hasPeerFinished: false }
    this.#connections.set(streamId, connection)
    dial(this.#target, { clock: this.#clock, signal: this.#stopping.signal }).then(
      (socket) => this.#connected(streamId, connection, socket),
      () => {
        if (this.#isStopped) return
        this.#outlet.write(payloadTypes.flag, encodeFlag(sessionFlags.connectToPortError))
        this.#close(streamId)
      },
    )
  }

  #connected(streamId: number, connection: Connection, socket: Socket): void {
    if (this.#isStopped) {
      socket.destroy()
      return
    }
    connection.socket = socket
    // Sockets without an encoding give bytes.
    socket.on('data', (bytes: Buffer) => {
      for (const frame of this.#mux.write(streamId, bytes)) this.#send(frame)
    })
    socket.on('end', () => this.#send(this.#mux.finish(streamId)))
    socket.on('error', () => socket.destroy())
    socket.on('timeout', () => socket.destroy())
    socket.on('close', () => this.#close(streamId))
    if (!this.#mayWrite) socket.pause()
    for (const bytes of connection.early.splice(0)) this.#pass(streamId, bytes)
    if (connection.hasPeerFinished) this.#finish(streamId)
  }

  #pass(streamId: number, bytes: Uint8Array): void {
    const connection = this.#connections.get(streamId)
    if (connection?.socket === undefined) {
      if (connection === undefined) this.#passed(streamId, bytes)
      else connection.early.push(bytes)
      return
    }
    connection.socket.write(bytes, () => this.#passed(streamId, bytes))
  }

  /** Off our hands: written, or of no use because the connection has ended. */
  #passed(streamId: number, bytes: Uint8Array): void {
    this.#backlog -= bytes.length
    this.#mux.consumed(streamId, bytes.length)
    this.#outlet.inputTaken()
  }

  #finish(streamId: number): void {
    const connection = this.#connections.get(streamId)
    if (connection === undefined) return
    connection.hasPeerFinished = true
    connection.socket?.end()
    connection.socket?.setTimeout(afterFinishMs)
  }

  #close(streamId: number): void {
    const connection = this.#connections.get(streamId)
    if (connection === undefined || !this.#connections.delete(streamId)) return
    for (const bytes of connection.early.splice(0)) this.#passed(streamId, bytes)
    if (!this.#isStopped) this.#send(this.#mux.close(streamId))
  }

  #send(frame: Uint8Array | undefined): void {
    if (frame !== undefined) this.#outlet.write(payloadTypes.output, frame)
  }

  #end(ending: typeof success): void {
    if (this.#isStopped) return
    this.stop()
      .finally(() => this.#outlet.end(ending))
      .catch(() => undefined)
  }
}
