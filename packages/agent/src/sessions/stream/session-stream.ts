import { hash } from 'node:crypto'
import { decodeFrame, encodeFrame, type Frame } from '@fairlead/wire/frame'
import {
  acknowledgeFrame,
  acknowledgeOf,
  decodeAcknowledge,
  type PayloadType,
  payloadTypes,
  type SessionState,
  sessionStateFrame,
  streamFrame,
} from '@fairlead/wire/session-message'
import { StreamReceiver } from '@fairlead/wire/stream-receiver'
import { StreamSender } from '@fairlead/wire/stream-sender'
import type { Channel } from '../../channel/websocket-channel.ts'
import type { Clock } from '../../clock.ts'
import { type Log, reasonOf } from '../../log.ts'

export interface StreamWorld {
  readonly clock: Clock
  readonly log: Log
  /** Milliseconds of a clock that never goes back. */
  ticks(): number
  newId(): string
}

/** What a stream tells of what came in. */
export interface StreamEvents {
  /** False while input cannot be used: it is not acknowledged, and comes again. */
  isReady(): boolean
  /** Bytes of input that wait to be passed on. */
  backlog(): number
  onInput(payloadType: PayloadType, payload: Uint8Array): void
  /** Whether more should be written; told when it changes. */
  onFlow(mayWrite: boolean): void
  onChannelClosed(): void
}

const longestFrame = 4 * 1024 * 1024
const mebibyte = 1024 * 1024
// By way of a text: bytes of its own for each digest would cost more than the digest.
const sha256 = (bytes: Uint8Array) => Buffer.from(hash('sha256', bytes, 'hex'), 'hex')
const typesOfInput: ReadonlySet<number> = new Set(Object.values(payloadTypes))

// Writers are asked to rest long before there is no room, since they stop with a delay, and flags need room too.
const senderLimits = { mostFrames: 20_000, mostBytes: 64 * mebibyte }
const restAbove = { frames: 2_000, bytes: mebibyte }
const wakeBelow = { frames: 1_000, bytes: mebibyte / 4 }
// Amazon's agent keeps as many frames; its client sends up to 10,000 without waiting for a receipt.
const receiverLimits = { mostFrames: 100_000, mostBytes: 32 * mebibyte }
// Receipts for more than this wait until it was passed on, which slows a client down that minds them …
const acknowledgedBacklog = 2 * mebibyte
// … and this is for the others: the socket rests, until what came was passed on.
const mostBacklog = 64 * mebibyte
const leastWaitMs = 10
// A key is echoed long before, and its receipt then goes with the echo: each way through server and client costs both a turn.
// It is how long TCP waits for the same reason, and well below what senders wait before they send again.
const receiptWithinMs = 40

/** Both directions of a data channel, through however many connections. */
export class SessionStream {
  readonly #world: StreamWorld
  readonly #events: StreamEvents
  readonly #sender = new StreamSender(senderLimits)
  readonly #receiver = new StreamReceiver(receiverLimits)
  #channel: Channel | undefined
  #unacknowledged: Frame[] = []
  /** A frame whose receipt waits for something to go with. */
  #late: Frame | undefined
  #cancelLate: () => void = () => undefined
  #mayWrite = true
  /** The client is away: nothing is sent until it is heard of. */
  #isPaused = false
  #isResting = false
  #cancelResend: (() => void) | undefined
  #onDrained: (() => void) | undefined

  constructor(world: StreamWorld, events: StreamEvents) {
    this.#world = world
    this.#events = events
  }

  /** Bytes written without a receipt. */
  get waitingBytes(): number {
    return this.#sender.waiting.bytes
  }

  /** A connection is there: what the last one may have lost is sent again. */
  attach(channel: Channel): void {
    this.#channel = channel
    this.#isResting = false
    for (const bytes of this.#sender.reconnected(this.#world.ticks())) channel.send(bytes)
    this.#armResend()
  }

  detach(): void {
    this.#channel = undefined
    // The receipts would have gone to a connection that is no more; whoever misses them asks again.
    this.#unacknowledged = []
    this.#cancelLate()
    this.#late = undefined
  }

  write(payloadType: PayloadType, payload: Uint8Array): void {
    if (payload.length === 0) return
    if (!this.#sender.hasRoom) {
      this.#world.log.error('Output was lost: too much of it waits for the client')
      return
    }
    const write = (sequenceNumber: number) =>
      this.#encode(
        streamFrame({ messageType: 'output_stream_data', sequenceNumber, payloadType, payload }, this.#stamp()),
      )
    const bytes = this.#sender.add(write, this.#world.ticks())
    this.#channel?.send(bytes)
    this.#acknowledgeLate()
    this.#armResend()
    this.#judgeFlow()
  }

  tellState(sessionId: string, state: SessionState['state']): void {
    this.#acknowledgeLate()
    this.#channel?.send(this.#encode(sessionStateFrame({ sessionId, state }, this.#stamp())))
  }

  /** Takes one message of the connection. */
  receive(bytes: Uint8Array): void {
    try {
      this.#take(decodeFrame(bytes, { maxBytes: longestFrame, sha256 }))
    } catch (error) {
      // What is damaged is not acknowledged; if it mattered, it comes again.
      this.#world.log.warn('A message of the session could not be read', { reason: reasonOf(error) })
    }
  }

  /** Some of the backlog was passed on. */
  inputTaken(): void {
    const backlog = this.#events.backlog()
    if (backlog <= acknowledgedBacklog / 2) {
      for (const frame of this.#unacknowledged.splice(0)) this.#acknowledge(frame)
    }
    if (this.#isResting && backlog <= mostBacklog / 2) {
      this.#isResting = false
      this.#channel?.resume()
    }
  }

  /** Calls back once everything written has its receipt. */
  onDrained(act: () => void): void {
    if (this.#sender.waiting.frames === 0) act()
    else this.#onDrained = act
  }

  stop(): void {
    this.#cancelResend?.()
    this.#cancelLate()
    this.#onDrained = undefined
  }

  #take(frame: Frame): void {
    switch (frame.messageType) {
      case 'input_stream_data':
        this.#unpause()
        this.#takeInput(frame)
        break
      case 'acknowledge':
        this.#unpause()
        this.#takeReceipt(decodeAcknowledge(frame.payload).sequenceNumber)
        break
      case 'pause_publication':
        this.#isPaused = true
        this.#judgeFlow()
        break
      case 'start_publication':
        this.#unpause()
        break
      case 'channel_closed':
        this.#events.onChannelClosed()
        break
      default:
        this.#world.log.debug('A message of a kind that sessions do not know', { messageType: frame.messageType })
    }
  }

  #takeInput(frame: Frame): void {
    if (!this.#events.isReady()) return
    const { acknowledge, delivered } = this.#receiver.receive(frame)
    // Whoever typed it waits for what comes of it, and for its receipt nobody.
    for (const one of delivered) this.#deliver(one)
    if (acknowledge) {
      if (this.#events.backlog() > acknowledgedBacklog) this.#unacknowledged.push(frame)
      else if (delivered.length === 1 && frame.payloadType === payloadTypes.output) this.#acknowledgeSoon(frame)
      else this.#acknowledge(frame)
    }
    if (!this.#isResting && this.#events.backlog() > mostBacklog) {
      this.#isResting = true
      this.#channel?.pause()
    }
  }

  #deliver({ payloadType, payload }: Frame): void {
    try {
      if (isPayloadType(payloadType)) this.#events.onInput(payloadType, payload)
    } catch (error) {
      this.#world.log.warn('What the client sent could not be used', { payloadType, reason: reasonOf(error) })
    }
  }

  #takeReceipt(sequenceNumber: number): void {
    const now = this.#world.ticks()
    if (!this.#sender.acknowledge(sequenceNumber, now)) return
    for (const bytes of this.#sender.due(now)) this.#channel?.send(bytes)
    this.#judgeFlow()
    if (this.#sender.waiting.frames === 0) {
      const act = this.#onDrained
      this.#onDrained = undefined
      act?.()
    }
  }

  /** With the next output, or the receipt of the next input, or in a moment: whichever is first. */
  #acknowledgeSoon(frame: Frame): void {
    if (this.#late !== undefined) {
      this.#acknowledgeLate()
      this.#acknowledge(frame)
      return
    }
    this.#late = frame
    this.#cancelLate = this.#world.clock.after(receiptWithinMs, () => this.#acknowledgeLate())
  }

  #acknowledgeLate(): void {
    const frame = this.#late
    if (frame === undefined) return
    this.#late = undefined
    this.#cancelLate()
    this.#acknowledge(frame)
  }

  #acknowledge(frame: Frame): void {
    this.#channel?.send(this.#encode(acknowledgeFrame(acknowledgeOf(frame), this.#stamp())))
  }

  #unpause(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#judgeFlow()
    this.#armResend()
  }

  #judgeFlow(): void {
    const { frames, bytes } = this.#sender.waiting
    const limits = this.#mayWrite ? restAbove : wakeBelow
    const mayWrite = !this.#isPaused && frames <= limits.frames && bytes <= limits.bytes
    if (mayWrite === this.#mayWrite) return
    this.#mayWrite = mayWrite
    this.#events.onFlow(mayWrite)
  }

  #armResend(): void {
    if (this.#cancelResend !== undefined || this.#channel === undefined || this.#isPaused) return
    const { dueAt } = this.#sender
    if (dueAt === undefined) return
    this.#cancelResend = this.#world.clock.after(Math.max(leastWaitMs, dueAt - this.#world.ticks()), () => {
      this.#cancelResend = undefined
      if (this.#channel === undefined || this.#isPaused) return
      for (const bytes of this.#sender.due(this.#world.ticks())) this.#channel.send(bytes)
      this.#armResend()
    })
  }

  #stamp() {
    return { messageId: this.#world.newId(), createdDate: this.#world.clock.now() }
  }

  #encode(frame: Frame): Uint8Array {
    return encodeFrame(frame, sha256)
  }
}

function isPayloadType(payloadType: number): payloadType is PayloadType {
  return typesOfInput.has(payloadType)
}
