import type { Socket } from 'node:net'
import { decodeFlag, type PayloadType, payloadTypes, sessionFlags } from '@fairlead/wire/session-message'
import type { Clock } from '../../clock.ts'
import { reasonOf } from '../../log.ts'
import { writeInPieces } from '../stream/pieces.ts'
import { failure, type Outlet, type SessionWork, success } from '../stream/session-work.ts'
import { dial, type Target } from './dial.ts'

/** Raw bytes of one TCP connection at a time. With `isSingle` the session ends with the first; else more may follow. */
export function startBasicPort(
  target: Target,
  { isSingle }: { readonly isSingle: boolean },
  outlet: Outlet,
  clock: Clock,
): SessionWork {
  return new BasicPort(target, isSingle, outlet, clock)
}

const afterHangUpMs = 60_000

class BasicPort implements SessionWork {
  readonly #target: Target
  readonly #isSingle: boolean
  readonly #outlet: Outlet
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  #socket: Socket | undefined
  #isDialling = false
  #early: Uint8Array[] = []
  #backlog = 0
  #mayWrite = true

  constructor(target: Target, isSingle: boolean, outlet: Outlet, clock: Clock) {
    this.#target = target
    this.#isSingle = isSingle
    this.#outlet = outlet
    this.#clock = clock
    this.#dial()
  }

  get backlog(): number {
    return this.#backlog
  }

  takeInput(payloadType: PayloadType, payload: Uint8Array): void {
    if (payloadType === payloadTypes.flag) this.#takeFlag(payload)
    if (payloadType !== payloadTypes.output) return
    this.#backlog += payload.length
    if (this.#socket !== undefined) this.#pass(this.#socket, payload)
    else {
      this.#early.push(payload)
      this.#dial()
    }
  }

  setFlow(mayWrite: boolean): void {
    this.#mayWrite = mayWrite
    if (mayWrite) this.#socket?.resume()
    else this.#socket?.pause()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#socket?.destroy()
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted
  }

  #takeFlag(payload: Uint8Array): void {
    const flag = decodeFlag(payload)
    if (flag === sessionFlags.disconnectToPort) this.#hangUp()
    if (flag === sessionFlags.terminateSession) this.#end(success)
  }

  /** The client's connection has ended; what comes next belongs to another. */
  #hangUp(): void {
    const socket = this.#socket
    if (socket === undefined) return
    if (this.#isSingle) {
      socket.end()
      return
    }
    this.#socket = undefined
    socket
      .removeAllListeners('data')
      .resume()
      .setTimeout(afterHangUpMs, () => socket.destroy())
      .end()
  }

  #dial(): void {
    if (this.#isDialling || this.#isStopped) return
    this.#isDialling = true
    dial(this.#target, { clock: this.#clock, signal: this.#stopping.signal })
      .finally(() => {
        this.#isDialling = false
      })
      .then(
        (socket) => this.#connected(socket),
        (error) => this.#end(failure(reasonOf(error))),
      )
  }

  #connected(socket: Socket): void {
    if (this.#isStopped) {
      socket.destroy()
      return
    }
    this.#socket = socket
    // Sockets without an encoding give bytes.
    socket.on('data', (bytes: Buffer) =>
      writeInPieces(bytes, (piece) => this.#outlet.write(payloadTypes.output, piece)),
    )
    // There is no way to tell the client of a half-closed connection: its end is the end.
    socket.on('end', () => socket.end())
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined
      if (this.#isSingle) this.#end(success)
    })
    if (!this.#mayWrite) socket.pause()
    for (const payload of this.#early.splice(0)) this.#pass(socket, payload)
  }

  #pass(socket: Socket, payload: Uint8Array): void {
    socket.write(payload, () => {
      this.#backlog -= payload.length
      this.#outlet.inputTaken()
    })
  }

  #end(ending: typeof success): void {
    if (this.#isStopped) return
    this.#stopping.abort()
    this.#socket?.destroy()
    this.#outlet.end(ending)
  }
}
