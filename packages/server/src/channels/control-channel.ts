import type { MessageToAgent } from '@fairlead/wire/control-message'
import { decodeOpenControlChannel, MessageError } from '@fairlead/wire/control-message'
import { type Frame, FrameError } from '@fairlead/wire/frame'
import type { WebSocket } from 'ws'
import { readFrame, writeFrame } from './frames.ts'

/** An agent that has not shown its token by then is no agent. */
const tokenWithinMs = 10_000
const pingEveryMs = 30_000
/** Three pings without a sign of life. */
const deadAfterMs = 95_000
/** A job is refused above this, and offered again later: a slow peer must not fill our memory. */
const mostBuffered = 1024 * 1024
/** Replies waiting for the store; above it the socket is not read. */
const mostInProgress = 32
/** A peer that keeps sending what is no frame is cut off; the first few are only noted. */
const mostFaults = 5

/** Close codes of RFC 6455 that we use. */
export const closeCodes = { goingAway: 1001, protocol: 1002, policy: 1008 } as const

export interface ControlChannelParts {
  readonly nodeId: string
  readonly socket: WebSocket
  readonly now: () => Date
  readonly newId: () => string
  /** Uses up the token that the first frame shows. */
  readonly redeem: (token: string) => boolean
  readonly onOpen: (channel: ControlChannel) => void
  /**
   * A frame of an open channel. While the promise is pending it counts against what may be in
   * progress. Rejects with a MessageError only, when the payload is not what its type says.
   */
  readonly onFrame: (channel: ControlChannel, frame: Frame) => Promise<void>
  readonly onFault: (channel: ControlChannel, reason: string) => void
  readonly onClosed: (channel: ControlChannel) => void
}

type State = 'awaiting-token' | 'open' | 'closed'

/**
 * One websocket of one node: awaiting-token -> open -> closed. It has no timer of its own; `tick`
 * is called for all channels by one sweep.
 */
export class ControlChannel {
  readonly nodeId: string
  readonly #parts: ControlChannelParts
  #state: State = 'awaiting-token'
  #heardAt: number
  #pingedAt: number
  #inProgress = 0
  #faults = 0

  constructor(parts: ControlChannelParts) {
    this.nodeId = parts.nodeId
    this.#parts = parts
    this.#heardAt = parts.now().getTime()
    this.#pingedAt = this.#heardAt
    const { socket } = parts
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary))
    socket.on('ping', () => this.#heard())
    socket.on('pong', () => this.#heard())
    // 'close' follows every error and is where the channel ends
    socket.on('error', (error) => this.#fault(error.message))
    socket.on('close', () => this.#end())
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** False when the channel is not open or the node does not keep up. */
  send(type: MessageToAgent, payload: Uint8Array): boolean {
    const { socket, newId, now } = this.#parts
    if (this.#state !== 'open' || socket.bufferedAmount > mostBuffered) return false
    socket.send(writeFrame({ type, messageId: newId(), createdAt: now(), payload }))
    return true
  }

  /** Ends what is late or dead, and pings who has been silent. */
  tick(): void {
    const now = this.#parts.now().getTime()
    if (this.#state === 'awaiting-token' && now - this.#heardAt > tokenWithinMs) {
      this.close(closeCodes.policy, 'no token')
    } else if (now - this.#heardAt > deadAfterMs) {
      this.#parts.socket.terminate()
    } else if (now - Math.max(this.#heardAt, this.#pingedAt) >= pingEveryMs) {
      this.#pingedAt = now
      this.#parts.socket.ping()
    }
  }

  close(code: number, reason: string): void {
    this.#parts.socket.close(code, reason)
    this.#end()
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'closed') return
    if (this.#state === 'awaiting-token') {
      this.#open(data, isBinary)
      return
    }
    this.#heard()
    // A text frame after the first is what no agent sends; it is read as bytes and found wanting.
    let frame: Frame
    try {
      frame = readFrame(data)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.#fault(error.message)
      return
    }
    this.#work(frame)
  }

  #open(data: Buffer, isBinary: boolean): void {
    const { redeem, onOpen, onFault } = this.#parts
    try {
      if (isBinary) throw new MessageError('the first frame must be text')
      if (!redeem(decodeOpenControlChannel(data.toString()).token)) throw new MessageError('the token is not good')
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      onFault(this, error.message)
      this.close(closeCodes.policy, 'the token is not good')
      return
    }
    this.#heard()
    this.#state = 'open'
    onOpen(this)
  }

  #work(frame: Frame): void {
    const { socket, onFrame } = this.#parts
    this.#inProgress++
    if (this.#inProgress === mostInProgress) socket.pause()
    void onFrame(this, frame)
      .catch((error: Error) => this.#fault(error.message))
      .finally(() => {
        this.#inProgress--
        if (this.#inProgress === mostInProgress >> 1) socket.resume()
      })
  }

  #heard(): void {
    this.#heardAt = this.#parts.now().getTime()
  }

  #fault(reason: string): void {
    this.#faults++
    this.#parts.onFault(this, reason)
    if (this.#faults > mostFaults) this.close(closeCodes.protocol, 'too many malformed frames')
  }

  #end(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#parts.onClosed(this)
  }
}
