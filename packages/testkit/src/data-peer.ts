import { createHash, randomUUID } from 'node:crypto'
import { decodeFrame, encodeFrame, type Frame } from '@fairlead/wire/frame'
import {
  acknowledgeFrame,
  acknowledgeOf,
  decodeAcknowledge,
  decodeChannelClosed,
  encodeAgentOpening,
  encodeClientOpening,
  type PayloadType,
  payloadTypes,
  type SessionState,
  sessionStateFrame,
  streamFrame,
} from '@fairlead/wire/session-message'
import type { WebSocket } from 'ws'
import { eventually } from './eventually.ts'
import { within } from './within.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const limits = { maxBytes: 4 * 1024 * 1024, sha256 }

export interface DataPeerSettings {
  readonly side: 'node' | 'client'
  readonly sessionId: string
  /** Opens a websocket of its side and answers it with a token that is good for it. */
  connect(): Promise<{ readonly socket: WebSocket; readonly token: string }>
  /** Keeps silent about what it gets. */
  readonly isMute?: boolean
}

/**
 * One end of a data channel as Amazon's programs are one: it numbers what it sends and keeps it until it is acknowledged,
 * delivers in order, and acknowledges. A client drops what it has seen before without a word, an agent acknowledges it again.
 * It sends again only when it comes back or is told to, so a test knows what is on the wire.
 */
export class DataPeer {
  /** What came in on all sockets so far and is not delivered data, in its order; acknowledgements only when mute. */
  readonly inbox: Frame[] = []
  /** Every frame of the stream that came, duplicates too, with its bytes. */
  readonly arrived: { readonly frame: Frame; readonly bytes: Buffer }[] = []
  /** Payloads of type 1, in order, each once. */
  readonly delivered: Buffer[] = []
  socket: WebSocket | undefined
  isMute: boolean
  clientId: string = randomUUID()
  #settings: DataPeerSettings
  readonly #unacknowledged = new Map<number, Uint8Array>()
  readonly #early = new Map<number, Frame>()
  #end: Promise<{ readonly code: number; readonly reason: string }> | undefined
  #next = 0
  #expected = 0
  #pings = 0
  #pongs = 0

  constructor(settings: DataPeerSettings) {
    this.#settings = settings
    this.isMute = settings.isMute ?? false
  }

  /** How many frames wait for their acknowledgement. */
  get waiting(): number {
    return this.#unacknowledged.size
  }

  /** Resolves when the newest socket has ended; rejects when it does not within ten seconds of being asked. */
  get closed(): Promise<{ readonly code: number; readonly reason: string }> | undefined {
    return this.#end && within(this.#end, `the end of the ${this.#settings.side}'s data channel`)
  }

  get deliveredBytes(): number {
    return this.delivered.reduce((sum, { length }) => sum + length, 0)
  }

  /** Opens a socket and shows the token; sends again what was never acknowledged. */
  async open(): Promise<this> {
    const { side, sessionId } = this.#settings
    const { socket, token } = await this.#settings.connect()
    const isFirst = this.socket === undefined
    this.socket = socket
    socket.on('error', () => undefined) // 'close' follows
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary))
    this.#pings = 0
    this.#pongs = 0
    socket.on('pong', () => this.#pongs++)
    this.#end = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    const requestId = randomUUID()
    const { clientId } = this
    socket.send(
      side === 'node'
        ? encodeAgentOpening({ requestId, token, nodeId: 'mi-0' })
        : encodeClientOpening({ requestId, token, clientId, clientVersion: '1.2.677.0' }),
    )
    if (side === 'node' && isFirst) this.tell({ sessionId, state: 'Connected' })
    this.resend()
    return this
  }

  /** Opens its next socket as another peer would: on another server. */
  move(to: DataPeer): this {
    this.#settings = to.#settings
    return this
  }

  /** Takes what has come so far as delivered, as if its acknowledgements had been sent and lost. */
  forget(): void {
    for (const { frame } of this.arrived) this.#expected = Math.max(this.#expected, frame.sequenceNumber + 1)
  }

  /** Drops the connection without a word. */
  cut(): void {
    this.socket?.terminate()
  }

  /** Sends again all that is not acknowledged. */
  resend(): void {
    for (const bytes of this.#unacknowledged.values()) this.socket?.send(bytes)
  }

  /** The next frame of the stream; answers its bytes. */
  send(payload: Uint8Array | string, payloadType: PayloadType = payloadTypes.output): Uint8Array {
    const messageType = this.#settings.side === 'node' ? 'output_stream_data' : 'input_stream_data'
    const content = { messageType, sequenceNumber: this.#next++, payloadType, payload: Buffer.from(payload) } as const
    const bytes = bytesOf(streamFrame(content, stamp()))
    this.#unacknowledged.set(content.sequenceNumber, bytes)
    this.socket?.send(bytes)
    return bytes
  }

  tell(state: SessionState): void {
    this.socket?.send(bytesOf(sessionStateFrame(state, stamp())))
  }

  acknowledge(frame: Frame): void {
    this.socket?.send(bytesOf(acknowledgeFrame(acknowledgeOf(frame), stamp())))
  }

  /** Resolves when the server has read everything that was sent so far. */
  async settle(): Promise<void> {
    const awaited = ++this.#pings
    this.socket?.ping()
    await eventually(() => (this.#pongs >= awaited ? true : undefined), 'a pong')
  }

  /** Takes the next frame of a type that is no data. */
  async take(messageType: string): Promise<Frame> {
    return await eventually(() => {
      const at = this.inbox.findIndex((frame) => frame.messageType === messageType)
      return at === -1 ? undefined : this.inbox.splice(at, 1)[0]
    }, `a frame ${messageType}`)
  }

  /** Waits for the channel_closed; answers its words. */
  async takeFarewell(): Promise<string> {
    return decodeChannelClosed((await this.take('channel_closed')).payload).output ?? ''
  }

  /** Waits until so many payloads were delivered; answers them as text. */
  async takeTexts(count: number): Promise<readonly string[]> {
    await eventually(() => (this.delivered.length >= count ? true : undefined), `${count} payloads`)
    return this.delivered.splice(0, count).map(String)
  }

  async untilAcknowledged(): Promise<void> {
    await eventually(() => (this.waiting === 0 ? true : undefined), 'all is acknowledged')
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (!isBinary) throw new Error(`a text frame came: ${data}`)
    const frame = decodeFrame(data, limits)
    if (frame.messageType === 'acknowledge') {
      this.#unacknowledged.delete(decodeAcknowledge(frame.payload).sequenceNumber)
      this.inbox.push(frame)
    } else if (frame.messageType.endsWith('_stream_data')) this.#take(frame, data)
    else this.inbox.push(frame)
  }

  #take(frame: Frame, bytes: Buffer): void {
    this.arrived.push({ frame, bytes })
    if (this.isMute) return
    const isOld = frame.sequenceNumber < this.#expected
    if (!isOld || this.#settings.side === 'node') this.acknowledge(frame)
    if (isOld) return
    this.#early.set(frame.sequenceNumber, frame)
    for (let next = this.#early.get(this.#expected); next !== undefined; next = this.#early.get(this.#expected)) {
      this.#early.delete(this.#expected++)
      if (next.payloadType === payloadTypes.output) this.delivered.push(Buffer.from(next.payload))
    }
  }
}

function stamp() {
  return { messageId: randomUUID(), createdDate: Date.now() }
}

function bytesOf(frame: Frame): Uint8Array {
  return encodeFrame(frame, sha256)
}
