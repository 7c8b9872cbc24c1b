import { decodeAcknowledge, decodeSessionState, MessageError, payloadTypes } from '@fairlead/wire/session-message'
import type { SessionRecorder } from '../../domain/session-recorders.ts'
import type { DataEnd, DataEndListener } from './data-end.ts'
import { type DataFrame, messageIdOf, readDataFrame, type Side } from './data-frame.ts'
import { Outbox } from './outbox.ts'
import type { LostReceipt } from './output-receipts.ts'
import { OutputReceipts } from './output-receipts.ts'

/** Above this many bytes on their way to one side, the other side is not read. */
const fullBytes = 2 * 1024 * 1024
/**
 * Sides that flood each other may wait for each other, each with its acknowledgements behind its data; then both are read on,
 * up to this. It is enough for them to get going again, since a side is stuck only as long as it cannot write.
 */
const mostBytes = 4 * fullBytes
/** So many bytes are written before the peer is asked whether they have arrived. */
const markEveryBytes = 128 * 1024
const markWithinMs = 1_000
/** What may reach a client that is setting up its multiplexer (session reference, trap T2): nothing, for so long. */
const quietMs = 150
/** As long as it may take a client to acknowledge that the handshake is complete. */
const longestQuietMs = 2_000
const terminateFlag = 2

export interface FrameExchangeParts {
  /** Whether the client multiplexes connections, so that it must be left alone for a moment after the handshake. */
  readonly isMultiplexed: boolean
  /** Whether the session is older than this process. */
  readonly isRebuilt: boolean
  readonly recorder?: SessionRecorder | undefined
  after(ms: number, callback: () => void): () => void
  /** The frame of a receipt that the client gave and that was lost. */
  receipt(lost: { readonly sequenceNumber: number; readonly messageId: string }): Uint8Array
  left(side: Side): void
  /** Something that was not sent before came from a side. */
  active(): void
  /** The client has taken some of what it was given. */
  progressed(): void
  nodeTerminates(): void
  clientTerminates(): void
}

interface Lane {
  readonly outbox: Outbox
  end: DataEnd | undefined
  /** Highest number that came from this side. */
  highest: number
  isFull: boolean
  /** The mark that the peer was asked about. */
  asked: number | undefined
  /** Set while the peer is to be asked later. */
  callOffAsking: (() => void) | undefined
}

/**
 * Passes frames between the two sides of a session: unchanged, in order, and none twice on one socket while the first is
 * still on its way. What a side has not got yet is kept while that side is away, in bounded memory: when there is too much
 * of it the other side is not read, so its own socket slows it down.
 */
export class FrameExchange implements DataEndListener {
  readonly #parts: FrameExchangeParts
  readonly #receipts: OutputReceipts
  readonly #lanes: Readonly<Record<Side, Lane>> = { node: newLane(), client: newLane() }
  /** What was put on the client's socket before it was asked about its mark. */
  #askedOrder = 0
  /** The number of the frame after which the client is left alone. */
  #quietAfter: number | undefined
  #callOffQuiet = () => {}

  constructor(parts: FrameExchangeParts) {
    this.#parts = parts
    this.#receipts = new OutputReceipts({ isRebuilt: parts.isRebuilt })
    if (parts.recorder !== undefined) parts.recorder.onKept = () => this.#kept()
  }

  end(side: Side): DataEnd | undefined {
    return this.#lanes[side].end
  }

  /** Nothing waits for the client, and it has acknowledged all that it was given. */
  get isSettled(): boolean {
    return !this.#lanes.client.outbox.isWaiting && this.#receipts.waiting === 0
  }

  /** Bytes that are kept for both sides. */
  get bytes(): number {
    return this.#lanes.node.outbox.bytes + this.#lanes.client.outbox.bytes
  }

  /** From now on this is the socket of its side. Answers the one that was. */
  attach(end: DataEnd): DataEnd | undefined {
    const lane = this.#lanes[end.side]
    const older = lane.end
    this.#leave(lane)
    lane.end = end
    if (end.side === 'client') this.#receipts.nextSocket()
    this.#regulate()
    this.#pump(end.side)
    end.listen(this)
    return older
  }

  /** A frame of the server's own, after what was written so far; it is not kept. False when the side is away. */
  say(side: Side, frame: Uint8Array): boolean {
    const { end } = this.#lanes[side]
    end?.write(frame)
    return end !== undefined
  }

  /** Forgets what is on its way: the session is over. */
  clear(): void {
    this.#callOffQuiet()
    for (const lane of [this.#lanes.node, this.#lanes.client]) {
      lane.outbox.clear()
      callOffAsking(lane)
    }
  }

  received(end: DataEnd, frame: DataFrame): void {
    if (this.#lanes[end.side].end !== end) return
    try {
      if (end.side === 'node') this.#fromNode(frame)
      else this.#fromClient(frame)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      end.fault(error.message)
    }
  }

  passed(end: DataEnd, mark: number): void {
    const lane = this.#lanes[end.side]
    if (lane.end !== end || lane.asked === undefined || mark !== lane.asked) return
    lane.asked = undefined
    lane.outbox.confirm(mark)
    if (end.side === 'client') this.#giveReceipts(this.#receipts.passed(this.#askedOrder))
    this.#arrived(end.side)
  }

  drained(_end: DataEnd): void {
    const { node, client } = this.#lanes
    if (node.isFull && client.isFull) this.#regulate()
  }

  closed(end: DataEnd): void {
    const lane = this.#lanes[end.side]
    if (lane.end !== end) return
    this.#leave(lane)
    this.#regulate()
    this.#parts.left(end.side)
  }

  #fromNode(frame: DataFrame): void {
    switch (frame.messageType) {
      case 'output_stream_data':
        this.#parts.recorder?.saw('node', frame)
        // The client would drop it without a word (trap T3).
        if (this.#receipts.isAcknowledged(frame.sequenceNumber)) this.#giveReceipts([frame])
        else this.#pass('client', frame)
        this.#noteActivity('node', frame)
        return
      case 'acknowledge':
        this.#lanes.node.outbox.confirmNumber(decodeAcknowledge(frame.payload).sequenceNumber)
        this.#pass('client', frame)
        this.#arrived('node')
        return
      case 'agent_session_state':
        if (decodeSessionState(frame.payload).state === 'Terminating') this.#parts.nodeTerminates()
        return
      default:
        // Amazon's client drops what it does not know, so nothing is lost.
        throw new MessageError(`an agent does not send ${frame.messageType}`)
    }
  }

  #fromClient(frame: DataFrame): void {
    switch (frame.messageType) {
      case 'input_stream_data':
        this.#endQuiet()
        this.#pass('node', frame)
        this.#parts.recorder?.saw('client', frame)
        this.#noteActivity('client', frame)
        if (isTermination(frame)) this.#parts.clientTerminates()
        return
      case 'acknowledge': {
        const { sequenceNumber } = decodeAcknowledge(frame.payload)
        this.#pass('node', frame)
        this.#giveReceipts(this.#receipts.acknowledge(sequenceNumber))
        this.#lanes.client.outbox.confirmNumber(sequenceNumber)
        if (sequenceNumber === this.#quietAfter) this.#endQuietIn(quietMs)
        this.#arrived('client')
        return
      }
      default:
        throw new MessageError(`a client does not send ${frame.messageType}`)
    }
  }

  #giveReceipts(lost: readonly LostReceipt[]): void {
    for (const { sequenceNumber, key } of lost) {
      // An agent that does not read gets none: it will send the frame again.
      if (this.#lanes.node.outbox.bytes > fullBytes) return
      const bytes = this.#parts.receipt({ sequenceNumber, messageId: messageIdOf(key) })
      this.#pass('node', readDataFrame(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
    }
  }

  #pass(to: Side, frame: DataFrame): void {
    if (!this.#lanes[to].outbox.add(frame)) return
    this.#pump(to)
    this.#regulate()
  }

  #pump(to: Side): void {
    const lane = this.#lanes[to]
    if (lane.end === undefined) return
    let mayBeSeen = false
    while (to === 'node' || this.#mayShow(lane.outbox.next)) {
      const frame = lane.outbox.take()
      if (frame === undefined) break
      lane.end.write(frame.bytes)
      if (frame.messageType === 'output_stream_data') mayBeSeen = this.#put(frame) || mayBeSeen
    }
    // An agent may be stuck until this is known.
    this.#ask(lane, mayBeSeen)
  }

  /** What is shown is recorded before: whoever has seen it finds it there, though the server is killed. */
  #mayShow(frame: DataFrame | undefined): boolean {
    if (frame === undefined || this.#quietAfter !== undefined) return false
    return frame.messageType !== 'output_stream_data' || this.#parts.recorder?.mayBeShown(frame) !== false
  }

  #kept(): void {
    this.#pump('client')
    this.#regulate()
  }

  #put({ sequenceNumber, key, payloadType }: DataFrame): boolean {
    if (this.#parts.isMultiplexed && payloadType === payloadTypes.handshakeComplete) {
      this.#quietAfter = sequenceNumber
      this.#endQuietIn(longestQuietMs)
    }
    return this.#receipts.put(sequenceNumber, key)
  }

  #endQuietIn(ms: number): void {
    this.#callOffQuiet()
    this.#callOffQuiet = this.#parts.after(ms, () => this.#endQuiet())
  }

  #endQuiet(): void {
    if (this.#quietAfter === undefined) return
    this.#callOffQuiet()
    this.#quietAfter = undefined
    this.#pump('client')
  }

  /** Asks the peer whether what was written has arrived: at once when it is much or urgent, else within a second. */
  #ask(lane: Lane, isUrgent = false): void {
    const { outbox, end } = lane
    if (end === undefined || lane.asked !== undefined || outbox.writtenBytes === 0) return
    if (isUrgent || outbox.writtenBytes >= markEveryBytes) this.#askNow(lane)
    else lane.callOffAsking ??= this.#parts.after(markWithinMs, () => this.#askNow(lane))
  }

  #askNow(lane: Lane): void {
    callOffAsking(lane)
    if (lane.end === undefined || lane.outbox.writtenBytes === 0) return
    lane.asked = lane.outbox.written
    if (lane === this.#lanes.client) this.#askedOrder = this.#receipts.order
    lane.end.mark(lane.asked)
  }

  #arrived(side: Side): void {
    this.#ask(this.#lanes[side])
    this.#regulate()
    if (side === 'client') this.#parts.progressed()
  }

  /** Reads a side only while the way to the other has room. */
  #regulate(): void {
    const { node, client } = this.#lanes
    node.isFull = isFull(node)
    client.isFull = isFull(client)
    const isMutual = node.isFull && client.isFull
    hold(node.end, client.isFull && !(isMutual && hasRoom(client)))
    hold(client.end, node.isFull && !(isMutual && hasRoom(node)))
  }

  #leave(lane: Lane): void {
    lane.end = undefined
    lane.outbox.rewind()
    callOffAsking(lane)
    lane.asked = undefined
    if (lane === this.#lanes.client && this.#quietAfter !== undefined) {
      this.#callOffQuiet()
      this.#quietAfter = undefined
    }
  }

  /** What is sent again is no sign of anybody being there. */
  #noteActivity(side: Side, { sequenceNumber }: DataFrame): void {
    const lane = this.#lanes[side]
    if (sequenceNumber <= lane.highest) return
    lane.highest = sequenceNumber
    if (side === 'client' || this.#lanes.client.end !== undefined) this.#parts.active()
  }
}

function newLane(): Lane {
  return {
    outbox: new Outbox(),
    end: undefined,
    highest: -1,
    isFull: false,
    asked: undefined,
    callOffAsking: undefined,
  }
}

function callOffAsking(lane: Lane): void {
  lane.callOffAsking?.()
  lane.callOffAsking = undefined
}

/** Full above the mark, and until it has come down to half of it. */
function isFull({ outbox, isFull: was }: Lane): boolean {
  return outbox.bytes > (was ? fullBytes / 2 : fullBytes)
}

/**
 * Whether more may come although there is much already. A side that reads gets what it is given, so the oldest of that need
 * not be kept until it says so: should they be lost after all, their sender will send them again.
 */
function hasRoom({ outbox, end }: Lane): boolean {
  if (end !== undefined && end.heldBytes < fullBytes / 2) outbox.trim(mostBytes / 2)
  return outbox.bytes < mostBytes
}

function hold(end: DataEnd | undefined, isHeld: boolean): void {
  if (isHeld) end?.pause()
  else end?.resume()
}

function isTermination({ payloadType, payload }: DataFrame): boolean {
  return payloadType === payloadTypes.flag && payload.length === 4 && payload.readUInt32BE(0) === terminateFlag
}
