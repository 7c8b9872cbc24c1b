import { hash } from 'node:crypto'
import { decodeFrame, encodeFrame, type Frame, FrameError } from '@fairlead/wire/frame'
import {
  acknowledgeFrame,
  acknowledgeOf,
  type ChannelClosed,
  decodeAcknowledge,
  decodeChannelClosed,
  MessageError,
  type PayloadType,
  streamFrame,
} from '@fairlead/wire/session-message'
import { StreamReceiver } from '@fairlead/wire/stream-receiver'
import { StreamSender } from '@fairlead/wire/stream-sender'
import type { SessionWorld } from './session-world.ts'
import type { WebChannel } from './web-channel.ts'

export interface StreamEvents {
  /** Bytes of output that were taken and not yet passed on. */
  backlog(): number
  /** Output of the node, in order, each once. What it throws as MessageError is taken for damaged and passed over. */
  onOutput(payloadType: number, payload: Uint8Array): void
  /** Whether more should be written; told when it changes. */
  onFlow(mayWrite: boolean): void
  onChannelClosed(closed: Omit<ChannelClosed, 'createdDate'>): void
}

const longestFrame = 4 * 1024 * 1024
const mebibyte = 1024 * 1024
// By way of a text: bytes of its own for each digest would cost more than the digest.
const sha256 = (bytes: Uint8Array) => Buffer.from(hash('sha256', bytes, 'hex'), 'hex')

// Writers are asked to rest long before there is no room.
const senderLimits = { mostFrames: 20_000, mostBytes: 64 * mebibyte }
const restAbove = { frames: 2_000, bytes: mebibyte }
const wakeBelow = { frames: 1_000, bytes: mebibyte / 4 }
const receiverLimits = { mostFrames: 10_000, mostBytes: 64 * mebibyte }
// Receipts for more wait until it was passed on, which slows our agent down; others are slowed down by the socket.
const acknowledgedBacklog = 2 * mebibyte
const mostBacklog = 16 * mebibyte
const leastWaitMs = 10

/** Both directions of a data channel at its client's end, through however many connections. */
export class ClientStream {
  readonly #world: Pick<SessionWorld, 'now' | 'elapsed' | 'newId'>
  readonly #events: StreamEvents
  readonly #sender = new StreamSender(senderLimits)
  readonly #receiver = new StreamReceiver(receiverLimits)
  readonly #unacknowledged = new Map<number, Frame>()
  #channel: WebChannel | undefined
  #mayWrite = true
  #isResting = false
  #timer: NodeJS.Timeout | undefined
  #onDrained: (() => void) | undefined

  constructor(world: Pick<SessionWorld, 'now' | 'elapsed' | 'newId'>, events: StreamEvents) {
    this.#world = world
    this.#events = events
  }

  /** A connection is there: what the last one may have lost is sent again. */
  attach(channel: WebChannel): void {
    this.#channel = channel
    this.#isResting = false
    for (const bytes of this.#sender.reconnected(this.#world.elapsed())) channel.send(bytes)
    this.#armResend()
  }

  detach(): void {
    this.#channel = undefined
    // The receipts would have gone to a connection that is no more; whoever misses them asks again.
    this.#unacknowledged.clear()
  }

  write(payloadType: PayloadType, payload: Uint8Array): void {
    if (payload.length === 0 || !this.#sender.hasRoom) return
    const write = (sequenceNumber: number) =>
      this.#encode(
        streamFrame({ messageType: 'input_stream_data', sequenceNumber, payloadType, payload }, this.#stamp()),
      )
    const bytes = this.#sender.add(write, this.#world.elapsed())
    this.#channel?.send(bytes)
    this.#armResend()
    this.#judgeFlow()
  }

  /** Takes one message of the connection. */
  receive(bytes: Uint8Array): void {
    try {
      this.#take(decodeFrame(bytes, { maxBytes: longestFrame, sha256 }))
    } catch (error) {
      // What is damaged is not acknowledged; if it mattered, it comes again.
      if (!(error instanceof FrameError || error instanceof MessageError)) throw error
    }
  }

  /** Some of the backlog was passed on. */
  outputTaken(): void {
    const backlog = this.#events.backlog()
    if (backlog <= acknowledgedBacklog / 2) {
      for (const frame of this.#unacknowledged.values()) this.#acknowledge(frame)
      this.#unacknowledged.clear()
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
    clearTimeout(this.#timer)
    this.#onDrained = undefined
    this.#channel = undefined
  }

  #take(frame: Frame): void {
    if (frame.messageType === 'output_stream_data') this.#takeOutput(frame)
    if (frame.messageType === 'acknowledge') this.#takeReceipt(decodeAcknowledge(frame.payload).sequenceNumber)
    if (frame.messageType === 'channel_closed') this.#events.onChannelClosed(decodeChannelClosed(frame.payload))
  }

  #takeOutput(frame: Frame): void {
    const { acknowledge, delivered } = this.#receiver.receive(frame)
    // A person waits for what comes, and for its receipt nobody.
    for (const one of delivered) this.#deliver(one)
    if (acknowledge) {
      if (this.#events.backlog() > acknowledgedBacklog) this.#unacknowledged.set(frame.sequenceNumber, frame)
      else this.#acknowledge(frame)
    }
    if (!this.#isResting && this.#events.backlog() > mostBacklog) {
      this.#isResting = true
      this.#channel?.pause()
    }
  }

  #deliver({ payloadType, payload }: Frame): void {
    try {
      this.#events.onOutput(payloadType, payload)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
    }
  }

  #takeReceipt(sequenceNumber: number): void {
    const now = this.#world.elapsed()
    if (!this.#sender.acknowledge(sequenceNumber, now)) return
    for (const bytes of this.#sender.due(now)) this.#channel?.send(bytes)
    this.#judgeFlow()
    if (this.#sender.waiting.frames > 0) return
    const act = this.#onDrained
    this.#onDrained = undefined
    act?.()
  }

  #acknowledge(frame: Frame): void {
    this.#channel?.send(this.#encode(acknowledgeFrame(acknowledgeOf(frame), this.#stamp())))
  }

  #judgeFlow(): void {
    const { frames, bytes } = this.#sender.waiting
    const limits = this.#mayWrite ? restAbove : wakeBelow
    const mayWrite = frames <= limits.frames && bytes <= limits.bytes
    if (mayWrite === this.#mayWrite) return
    this.#mayWrite = mayWrite
    this.#events.onFlow(mayWrite)
  }

  #armResend(): void {
    if (this.#timer !== undefined || this.#channel === undefined) return
    const { dueAt } = this.#sender
    if (dueAt === undefined) return
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        if (this.#channel === undefined) return
        for (const bytes of this.#sender.due(this.#world.elapsed())) this.#channel.send(bytes)
        this.#armResend()
      },
      Math.max(leastWaitMs, dueAt - this.#world.elapsed()),
    )
  }

  #stamp() {
    return { messageId: this.#world.newId(), createdDate: this.#world.now().getTime() }
  }

  #encode(frame: Frame): Uint8Array {
    return encodeFrame(frame, sha256)
  }
}
