import { encodeSmuxFrame, mostSmuxData, type SmuxCommand, SmuxError, SmuxReader, smuxCommands } from './smux-frame.ts'

/** Which end it is: clients open streams with odd ids, servers with even ones. */
export type SmuxRole = 'client' | 'server'

export interface SmuxLimits {
  readonly mostStreams: number
  /** Of data that came and was not yet consumed, over all streams. Amazon's ends have 4 MiB. */
  readonly mostUnconsumed: number
}

/** What came of bytes from the peer. */
export type SmuxEvent =
  | { readonly kind: 'opened'; readonly streamId: number }
  /** A view on the bytes that were received. Say `consumed` once it is off our hands. */
  | { readonly kind: 'data'; readonly streamId: number; readonly bytes: Uint8Array }
  /** No more data will come. An Amazon client that says so takes none any more either. */
  | { readonly kind: 'finished'; readonly streamId: number }
  | { readonly kind: 'keptAlive' }
  /** The peer asked for one stream too many: send it this. */
  | { readonly kind: 'refused'; readonly reply: Uint8Array }

// With its header of eight bytes a frame then fits into one payload of a data channel, which is 32 KiB.
const mostWritten = mostSmuxData - 8

interface Stream {
  unconsumed: number
  weFinished: boolean
  peerFinished: boolean
}

/**
 * One end of a multiplexed connection, without sockets and clocks: bytes of the peer in, events out; what is to be sent is
 * returned. Version 1 has no flow control by stream, so one reader that stalls holds all of them up: while `hasRoom` is false
 * nothing should be received, by leaving frames of the data channel unread.
 */
export class SmuxSession {
  readonly #role: SmuxRole
  readonly #limits: SmuxLimits
  readonly #reader = new SmuxReader()
  readonly #streams = new Map<number, Stream>()
  #unconsumed = 0
  #nextId: number

  constructor(role: SmuxRole, limits: SmuxLimits) {
    this.#role = role
    this.#limits = limits
    // Amazon's client begins with 3, as xtaci/smux does.
    this.#nextId = role === 'client' ? 3 : 2
  }

  /** False when the data that was received has to be consumed before more is. */
  get hasRoom(): boolean {
    return this.#unconsumed < this.#limits.mostUnconsumed
  }

  /** How many streams are open, by at least one end. */
  get streams(): number {
    return this.#streams.size
  }

  /** What these bytes of the peer bring. Throws SmuxError, after which the session is over. */
  receive(bytes: Uint8Array): readonly SmuxEvent[] {
    const events: SmuxEvent[] = []
    for (const piece of this.#reader.read(bytes)) {
      const event = this.#eventOf(piece.command, piece.streamId, piece.bytes)
      if (event !== undefined) events.push(event)
    }
    return events
  }

  /** Opens a stream; `bytes` are to be sent. Throws SmuxError when there are too many. */
  open(): { readonly streamId: number; readonly bytes: Uint8Array } {
    if (this.#streams.size >= this.#limits.mostStreams) throw new SmuxError('too many streams are open')
    if (this.#nextId > 0xffff_ffff) throw new SmuxError('no stream ids are left')
    const streamId = this.#nextId
    this.#nextId += 2
    this.#streams.set(streamId, { unconsumed: 0, weFinished: false, peerFinished: false })
    return { streamId, bytes: encodeSmuxFrame(smuxCommands.open, streamId) }
  }

  /** The frames that carry data, to be sent in this order. Throws SmuxError on a stream that we don't have or have finished. */
  write(streamId: number, data: Uint8Array): readonly Uint8Array[] {
    const stream = this.#streams.get(streamId)
    if (stream === undefined || stream.weFinished) throw new SmuxError(`stream ${streamId} takes no data`)
    const frames: Uint8Array[] = []
    for (let at = 0; at < data.length; at += mostWritten) {
      frames.push(encodeSmuxFrame(smuxCommands.data, streamId, data.subarray(at, at + mostWritten)))
    }
    return frames
  }

  /**
   * Says that we send no more, and goes on receiving; undefined when that was said. The client and the agent of Amazon know no
   * stream that is half open: for them it is over.
   */
  finish(streamId: number): Uint8Array | undefined {
    const stream = this.#streams.get(streamId)
    if (stream === undefined || stream.weFinished) return undefined
    stream.weFinished = true
    this.#forgetIfOver(streamId, stream)
    return encodeSmuxFrame(smuxCommands.finish, streamId)
  }

  /** Ends a stream in both directions; what still comes for it is dropped. What is to be sent, if anything. */
  close(streamId: number): Uint8Array | undefined {
    const bytes = this.finish(streamId)
    const stream = this.#streams.get(streamId)
    if (stream !== undefined) this.#forget(streamId, stream)
    return bytes
  }

  /** Data of a stream is off our hands: `count` bytes of it. */
  consumed(streamId: number, count: number): void {
    const stream = this.#streams.get(streamId)
    if (stream === undefined) return
    const freed = Math.max(0, Math.min(count, stream.unconsumed))
    stream.unconsumed -= freed
    this.#unconsumed -= freed
    this.#forgetIfOver(streamId, stream)
  }

  /** What is to be sent now and then to a peer that ends sessions on which nothing comes for 30 s. */
  keepAlive(): Uint8Array {
    return encodeSmuxFrame(smuxCommands.keepAlive, 0)
  }

  #eventOf(command: SmuxCommand, streamId: number, bytes: Uint8Array): SmuxEvent | undefined {
    if (command === smuxCommands.keepAlive) return { kind: 'keptAlive' }
    const stream = this.#streams.get(streamId)
    if (command === smuxCommands.open) return stream === undefined ? this.#opened(streamId) : undefined
    // The peer may not yet know that we closed it.
    if (stream === undefined || stream.peerFinished) return undefined
    if (command === smuxCommands.data) {
      stream.unconsumed += bytes.length
      this.#unconsumed += bytes.length
      return { kind: 'data', streamId, bytes }
    }
    stream.peerFinished = true
    this.#forgetIfOver(streamId, stream)
    return { kind: 'finished', streamId }
  }

  #opened(streamId: number): SmuxEvent {
    const isPeers = streamId % 2 === (this.#role === 'client' ? 0 : 1)
    if (!isPeers) throw new SmuxError(`stream ${streamId} is not the peer's to open`)
    if (this.#streams.size >= this.#limits.mostStreams) {
      return { kind: 'refused', reply: encodeSmuxFrame(smuxCommands.finish, streamId) }
    }
    this.#streams.set(streamId, { unconsumed: 0, weFinished: false, peerFinished: false })
    return { kind: 'opened', streamId }
  }

  // A stream that both have finished still counts while its data is not consumed: the bound must hold.
  #forgetIfOver(streamId: number, stream: Stream): void {
    if (stream.weFinished && stream.peerFinished && stream.unconsumed === 0) this.#forget(streamId, stream)
  }

  #forget(streamId: number, stream: Stream): void {
    this.#unconsumed -= stream.unconsumed
    this.#streams.delete(streamId)
  }
}
