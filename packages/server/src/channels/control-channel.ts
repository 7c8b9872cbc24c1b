import type { Duplex } from 'node:stream'
import type { MessageToAgent } from '@fairlead/wire/control-message'
import { decodeOpenControlChannel, MessageError } from '@fairlead/wire/control-message'
import { type Frame, FrameError } from '@fairlead/wire/frame'
import type { WebSocket } from 'ws'
import type { ChannelAdmission } from '../domain/channel-admission.ts'
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
export const closeCodes = { normal: 1000, goingAway: 1001, protocol: 1002, policy: 1008, fault: 1011 } as const

/** What all channels share; one for all of them, since most channels are idle and there are many. */
export interface ChannelOwner {
  now(): Date
  /** Milliseconds in which peers could be heard (`ListenedTime`). */
  ticks(): number
  newId(): string
  /** Uses up the token that the first frame shows. */
  redeem(nodeId: string, token: string): boolean
  opened(channel: ControlChannel): void
  /**
   * A frame of an open channel. While the promise is pending it counts against what may be in
   * progress. Rejects with a MessageError only, when the payload is not what its type says.
   */
  heard(channel: ControlChannel, frame: Frame): Promise<void>
  /** The peer sent what it should not, for the n-th time. */
  faulted(channel: ControlChannel, reason: string, times: number): void
  closed(channel: ControlChannel): void
}

type State = 'awaiting-token' | 'open' | 'closed'

/**
 * One websocket of one node: awaiting-token -> open -> closed. It has no timer of its own; `tick`
 * is called for all channels by one sweep.
 */
export class ControlChannel {
  readonly admission: ChannelAdmission
  /** Ids of the jobs that went over this channel and have not been acknowledged. */
  readonly unacknowledged = new Set<string>()
  readonly #socket: WebSocket
  readonly #stream: Duplex
  readonly #owner: ChannelOwner
  #state: State = 'awaiting-token'
  /** Epoch milliseconds of the last sign of life; before the token, of the beginning. */
  #heardAt: number
  #pingedAt: number
  #inProgress = 0
  #noted = 0
  #faults = 0
  #isCorked = false
  #keepsSessionLogs = false
  #sendsLiveOutput = false

  /** `stream` is what lies under the socket. */
  constructor(admission: ChannelAdmission, socket: WebSocket, stream: Duplex, owner: ChannelOwner) {
    this.admission = admission
    this.#socket = socket
    this.#stream = stream
    this.#owner = owner
    this.#heardAt = owner.ticks()
    this.#pingedAt = this.#heardAt
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary))
    socket.on('ping', () => this.#heard())
    socket.on('pong', () => this.#heard())
    // 'close' follows every error and is where the channel ends
    socket.on('error', (error) => this.note(error.message))
    socket.on('close', () => this.#end())
  }

  get nodeId(): string {
    return this.admission.nodeId
  }

  /** Whether the agent has said that it writes logs of encrypted sessions. */
  get keepsSessionLogs(): boolean {
    return this.#keepsSessionLogs
  }

  /** Whether the agent has said that it sends the output of commands as it comes. */
  get sendsLiveOutput(): boolean {
    return this.#sendsLiveOutput
  }

  /** False when the channel is not open or the node does not keep up. */
  send(type: MessageToAgent, payload: Uint8Array): boolean {
    if (this.#state !== 'open' || this.#socket.bufferedAmount > mostBuffered) return false
    const { newId, now } = this.#owner
    this.#cork()
    this.#socket.send(writeFrame({ type, messageId: newId(), createdAt: now(), payload }))
    return true
  }

  /**
   * What is sent until the promises that are settled by now have had their effect goes to the kernel in one write: one
   * commit answers several reports of a node, and a write of its own for each costs more than all the rest of sending.
   */
  #cork(): void {
    if (this.#isCorked) return
    this.#isCorked = true
    this.#stream.cork()
    process.nextTick(() => {
      this.#isCorked = false
      this.#stream.uncork()
    })
  }

  /** Ends what is late or dead, and pings who has been silent. `now` is in ticks of the clock. */
  tick(now: number): void {
    if (this.#state === 'awaiting-token' && now - this.#heardAt > tokenWithinMs) {
      this.close(closeCodes.policy, 'no token')
    } else if (now - this.#heardAt > deadAfterMs) {
      this.#socket.terminate()
    } else if (now - Math.max(this.#heardAt, this.#pingedAt) >= pingEveryMs) {
      this.#pingedAt = now
      this.#socket.ping()
    }
  }

  /** Says that the peer sent what cannot be used, without counting it against the channel. */
  note(reason: string): void {
    this.#noted++
    this.#owner.faulted(this, reason, this.#noted)
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason)
    // A socket that is not read would never see the answer to the close.
    this.#socket.resume()
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
    this.#inProgress++
    if (this.#inProgress === mostInProgress) this.#socket.pause()
    this.#owner.heard(this, frame).then(this.#worked, this.#workFailed)
  }

  #open(data: Buffer, isBinary: boolean): void {
    try {
      if (isBinary) throw new MessageError('the first frame must be text')
      const { token, keepsSessionLogs = false, sendsLiveOutput = false } = decodeOpenControlChannel(data.toString())
      if (!this.#owner.redeem(this.nodeId, token)) throw new MessageError('the token is not good')
      this.#keepsSessionLogs = keepsSessionLogs
      this.#sendsLiveOutput = sendsLiveOutput
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      this.note(error.message)
      this.close(closeCodes.policy, 'the token is not good')
      return
    }
    this.#state = 'open'
    this.#heard()
    this.#owner.opened(this)
  }

  /** The same two for every frame: a fleet that answers at once has thousands under way. */
  readonly #worked = (): void => {
    this.#inProgress--
    if (this.#inProgress === mostInProgress >> 1) this.#socket.resume()
  }

  readonly #workFailed = (error: unknown): void => {
    this.#fault(error instanceof Error ? error.message : String(error))
    this.#worked()
  }

  /** A ping is no token: before that, nothing that the peer sends buys it time. */
  #heard(): void {
    if (this.#state === 'open') this.#heardAt = this.#owner.ticks()
  }

  #fault(reason: string): void {
    this.note(reason)
    this.#faults++
    if (this.#faults > mostFaults) this.close(closeCodes.protocol, 'too many malformed frames')
  }

  #end(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#owner.closed(this)
  }
}
