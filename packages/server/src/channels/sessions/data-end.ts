import type { Duplex } from 'node:stream'
import { FrameError } from '@fairlead/wire/frame'
import { MessageOutput } from '@fairlead/wire/message-output'
import { decodeOpenDataChannel, MessageError, type OpenDataChannel } from '@fairlead/wire/session-message'
import { WebSocket } from 'ws'
import type { DataChannelAdmission } from '../../domain/channel-admission.ts'
import { closeCodes } from '../control-channel.ts'
import { type DataFrame, readDataFrame, type Side } from './data-frame.ts'

const tokenWithinMs = 10_000
const pingEveryMs = 30_000
/**
 * How long a side may give no sign of life. A client is given longer: it sleeps with its laptop, and is stopped with its
 * terminal, while its connection lives on; and to lose a socket can cost its user the session (session reference, 8.3).
 */
const deadAfterMs: Readonly<Record<Side, number>> = { node: 95_000, client: 5 * 60_000 }
/** A close that is not answered. */
const farewellMs = 2_000
/** A peer that keeps sending what is no frame is cut off; the first few are only noted. */
const mostFaults = 20
/** Answers to pings that have not left: whoever asks on and does not read is cut off. */
const mostPongs = 100

/** What all data channels share. */
export interface DataEndOwner {
  /** Milliseconds in which peers could be heard (`ListenedTime`). */
  ticks(): number
  /** Calls once after so many milliseconds; answers what calls it off. */
  after(ms: number, callback: () => void): () => void
  /** Uses up the token that the first frame shows. */
  redeem(admission: DataChannelAdmission, token: string): boolean
  opened(end: DataEnd, opening: OpenDataChannel): void
  faulted(end: DataEnd, reason: string, times: number): void
  closed(end: DataEnd): void
}

/** Who takes what comes in on an open data channel. */
export interface DataEndListener {
  received(end: DataEnd, frame: DataFrame): void
  /** All that was written before `mark` was set has been read by the peer. */
  passed(end: DataEnd, mark: number): void
  /** Some of what was written has left. */
  drained(end: DataEnd): void
  closed(end: DataEnd): void
}

type State = 'awaiting-token' | 'open' | 'closed'

/** One websocket of one side of a session: awaiting-token -> open -> closed. `tick` is called by one sweep for all. */
export class DataEnd {
  readonly admission: DataChannelAdmission
  readonly #socket: WebSocket
  readonly #owner: DataEndOwner
  readonly #output: MessageOutput
  #state: State = 'awaiting-token'
  #listener: DataEndListener | undefined
  /** Frames that came before there was a listener. */
  #early: DataFrame[] = []
  #heardAt: number
  #pingedAt: number
  #isPaused = false
  #faults = 0
  #pongs = 0

  /** `stream` is what the websocket writes to; pings are answered here. */
  constructor(admission: DataChannelAdmission, socket: WebSocket, stream: Duplex, owner: DataEndOwner) {
    this.admission = admission
    this.#socket = socket
    this.#output = new MessageOutput({
      stream,
      isMasked: false,
      allocate: (length) => Buffer.allocUnsafe(length),
      later: process.nextTick,
      isOpen: () => socket.readyState === WebSocket.OPEN,
      drained: () => this.#listener?.drained(this),
    })
    this.#owner = owner
    this.#heardAt = owner.ticks()
    this.#pingedAt = this.#heardAt
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary))
    socket.on('ping', (mark) => this.#pinged(mark))
    socket.on('pong', (mark) => this.#ponged(mark))
    // 'close' follows every error and is where the channel ends
    socket.on('error', (error) => owner.faulted(this, error.message, ++this.#faults))
    socket.on('close', () => this.#end())
  }

  get side(): Side {
    return this.admission.side
  }

  get isClosed(): boolean {
    return this.#state === 'closed'
  }

  /** Hands over what has come so far, and all that comes. */
  listen(listener: DataEndListener): void {
    this.#listener = listener
    for (const frame of this.#early.splice(0)) listener.received(this, frame)
    if (!this.#isPaused) this.#socket.resume()
  }

  /** Bytes that were written and have not left, because the peer does not read. */
  get heldBytes(): number {
    return this.#socket.bufferedAmount + this.#output.waitingBytes
  }

  write(bytes: Uint8Array): void {
    if (this.#state === 'open') this.#output.send(bytes)
  }

  /** Asks for `passed` once the peer has read everything that was written so far. */
  mark(mark: number): void {
    if (this.#state !== 'open') return
    this.#pingedAt = this.#owner.ticks()
    this.#output.flush()
    this.#socket.ping(String(mark))
  }

  /** While paused nothing is read, so the peer is slowed down by its own socket. */
  pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#socket.pause()
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    // Nothing was heard because nothing was read.
    this.#heardAt = this.#owner.ticks()
    this.#socket.resume()
  }

  tick(now: number): void {
    if (this.#state === 'awaiting-token') {
      if (now - this.#heardAt > tokenWithinMs) this.close(closeCodes.policy, 'no token')
    } else if (this.#isPaused) {
      this.#heardAt = now
    } else if (now - this.#heardAt > deadAfterMs[this.side]) {
      this.#socket.terminate()
    } else if (now - Math.max(this.#heardAt, this.#pingedAt) >= pingEveryMs) {
      this.#pingedAt = now
      this.#output.flush()
      this.#socket.ping()
    }
  }

  close(code: number, reason: string): void {
    if (this.#state === 'closed') return
    // Last words leave now: the socket may be cut off within this turn.
    this.#output.flush()
    this.#socket.close(code, reason)
    // A socket that is not read would never see the answer to the close.
    this.#socket.resume()
    const callOff = this.#owner.after(farewellMs, () => this.#socket.terminate())
    this.#socket.once('close', callOff)
    this.#end()
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#state === 'closed') return
    if (this.#state === 'awaiting-token') this.#open(data, isBinary)
    else this.#take(data, isBinary)
  }

  #take(data: Buffer, isBinary: boolean): void {
    this.#heard()
    let frame: DataFrame
    try {
      if (!isBinary) throw new FrameError('only the first frame may be text')
      frame = readDataFrame(data)
    } catch (error) {
      if (!(error instanceof FrameError)) throw error
      this.fault(error.message)
      return
    }
    if (this.#listener === undefined) this.#early.push(frame)
    else this.#listener.received(this, frame)
  }

  /** The peer sent what it should not. */
  fault(reason: string): void {
    this.#faults++
    this.#owner.faulted(this, reason, this.#faults)
    if (this.#faults > mostFaults) this.close(closeCodes.protocol, 'too many malformed frames')
  }

  #open(data: Buffer, isBinary: boolean): void {
    let opening: OpenDataChannel
    try {
      if (isBinary) throw new MessageError('the first frame must be text')
      opening = decodeOpenDataChannel(data.toString())
      if (!this.#owner.redeem(this.admission, opening.token)) throw new MessageError('the token is not good')
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      this.#owner.faulted(this, error.message, ++this.#faults)
      this.close(closeCodes.policy, 'the token is not good')
      return
    }
    this.#state = 'open'
    this.#heard()
    // Until somebody listens no more is read than has come already.
    this.#socket.pause()
    this.#owner.opened(this, opening)
  }

  /** What was received before the ping has its answers before the pong. */
  #pinged(mark: Buffer): void {
    this.#heard()
    if (this.#socket.readyState !== WebSocket.OPEN) return
    this.#output.flush()
    if (++this.#pongs > mostPongs) this.#socket.terminate()
    else this.#socket.pong(mark, undefined, () => this.#pongs--)
  }

  #ponged(mark: Buffer): void {
    this.#heard()
    if (mark.length > 0 && mark.length < 16) this.#listener?.passed(this, Number(mark.toString()))
  }

  /** A ping is no token: before that, nothing that the peer sends buys it time. */
  #heard(): void {
    if (this.#state === 'open') this.#heardAt = this.#owner.ticks()
  }

  #end(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#early = []
    this.#owner.closed(this)
    this.#listener?.closed(this)
  }
}
