import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { decodeFrame, encodeFrame, type Frame } from '@fairlead/wire/frame'
import { SessionCipher } from '@fairlead/wire/session-cipher'
import {
  acknowledgeFrame,
  acknowledgeOf,
  channelClosedFrame,
  decodeAcknowledge,
  decodeChallenge,
  decodeHandshakeComplete,
  decodeHandshakeRequest,
  decodeSessionState,
  encodeChallenge,
  encodeChannelClosed,
  encodeFlag,
  encodeHandshakeResponse,
  encodeSize,
  type HandshakeRequest,
  type PayloadType,
  type ProcessedAction,
  payloadTypes,
  publicationFrame,
  type SessionFlag,
  streamFrame,
} from '@fairlead/wire/session-message'
import { StreamReceiver } from '@fairlead/wire/stream-receiver'
import { StreamSender } from '@fairlead/wire/stream-sender'
import type { WebSocket } from 'ws'
import { aesGcm } from '../../agent/src/sessions/encryption/aes-gcm.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const limits = { mostFrames: 1_000_000, mostBytes: 2 ** 31 }
const resendEveryMs = 20

export interface FakeSessionSettings {
  /** What the client answers in a handshake. */
  readonly clientVersion?: string
  /** What it says when it is asked for encryption; without, that it cannot. */
  readonly encryption?: {
    /** What it sends as a data key that KMS wrapped. */
    readonly wrapped: Uint8Array
    /** What it takes for the data key. */
    readonly dataKey: Uint8Array
    /** What it answers to the challenge instead of what it was asked. */
    readonly challengeAnswer?: Uint8Array
  }
}

/** The client's end of one session, with the relay taken out: it speaks with the node over one socket after the other. */
export class FakeSession {
  readonly sessionId: string
  /** The frames of payload type 1, in order. */
  readonly frames: Buffer[] = []
  /** How many bytes of them. */
  length = 0
  /** Frames that came, repeats included. */
  received = 0
  readonly errors: Buffer[] = []
  readonly flags: number[] = []
  exitCode: string | undefined
  readonly states: string[] = []
  handshake: HandshakeRequest | undefined
  hasShaken = false
  connections = 0
  /** Set to false to leave output unacknowledged. */
  acknowledges = true
  /** Loses every nth frame of either direction, when it is not 0. */
  losesEvery = 0
  readonly #settings: FakeSessionSettings
  readonly #cipher: SessionCipher | undefined
  readonly #sender = new StreamSender(limits)
  readonly #receiver = new StreamReceiver(limits)
  readonly #notice: () => void
  readonly #timer: NodeJS.Timeout
  #socket: WebSocket | undefined
  #count = 0

  constructor(sessionId: string, notice: () => void, settings: FakeSessionSettings = {}) {
    this.sessionId = sessionId
    this.#notice = notice
    this.#settings = settings
    const dataKey = settings.encryption?.dataKey
    this.#cipher = dataKey && new SessionCipher({ role: 'client', dataKey, aes: aesGcm, random: randomBytes })
    this.#timer = setInterval(() => this.#resend(), resendEveryMs)
  }

  get isConnected(): boolean {
    return this.#socket !== undefined
  }

  /** The output as bytes, as far as it came. */
  get bytes(): Buffer {
    return Buffer.concat(this.frames)
  }

  get text(): string {
    return this.bytes.toString()
  }

  /** The last frames of the output as text: cheap to look at. */
  get tail(): string {
    return Buffer.concat(this.frames.slice(-4)).toString()
  }

  /** The last word of the handshake. */
  customerMessage: string | undefined
  /** The payloads of every output frame, repeats included, as they were on the wire. */
  readonly payloads: Buffer[] = []

  /** Input that the node has not acknowledged. */
  get unacknowledged(): number {
    return this.#sender.waiting.frames
  }

  attach(socket: WebSocket): void {
    this.#socket?.terminate()
    this.#socket = socket
    this.connections++
    socket.on('message', (bytes) => {
      this.#receive(bytes as Buffer) // binary, as ws gives it by default
      this.#notice()
    })
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined
      this.#notice()
    })
    for (const bytes of this.#sender.reconnected(performance.now())) this.#put(bytes)
    this.#notice()
  }

  /** Cuts the connection without a word. */
  drop(): void {
    this.#socket?.terminate()
    this.#socket = undefined
  }

  type(keys: string | Uint8Array): void {
    const bytes = Buffer.from(keys)
    this.send(payloadTypes.output, this.#cipher?.seal(payloadTypes.output, bytes) ?? bytes)
  }

  /** Sends in the pieces of Amazon's client. */
  paste(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 1024) this.type(bytes.subarray(at, at + 1024))
  }

  resize(columns: number, rows: number): void {
    this.send(payloadTypes.size, encodeSize({ columns, rows }))
  }

  flag(flag: SessionFlag): void {
    this.send(payloadTypes.flag, encodeFlag(flag))
  }

  send(payloadType: PayloadType, payload: Uint8Array): void {
    const write = (sequenceNumber: number) =>
      encode(streamFrame({ messageType: 'input_stream_data', sequenceNumber, payloadType, payload }, stamp()))
    this.#put(this.#sender.add(write, performance.now()))
  }

  pause(): void {
    this.#put(encode(publicationFrame('pause_publication', stamp())))
  }

  resume(): void {
    this.#put(encode(publicationFrame('start_publication', stamp())))
  }

  /** Ends the session from the server's side, on the data channel. */
  close(nodeId: string): void {
    const closed = { messageId: randomUUID(), nodeId, sessionId: this.sessionId, createdDate: new Date() }
    this.#put(encode(channelClosedFrame(encodeChannelClosed(closed), stamp())))
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#socket?.send(bytes)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.drop()
  }

  #receive(bytes: Buffer): void {
    if (this.#isLost()) return
    const frame = decodeFrame(bytes, { maxBytes: 2 ** 24, sha256 })
    if (frame.messageType === 'agent_session_state') this.states.push(decodeSessionState(frame.payload).state)
    if (frame.messageType === 'acknowledge') {
      this.#sender.acknowledge(decodeAcknowledge(frame.payload).sequenceNumber, performance.now())
    }
    if (frame.messageType !== 'output_stream_data') return
    this.received++
    this.payloads.push(Buffer.from(frame.payload))
    if (!this.acknowledges) return
    const { acknowledge, delivered } = this.#receiver.receive(frame)
    if (acknowledge) this.#put(encode(acknowledgeFrame(acknowledgeOf(frame), stamp())))
    for (const one of delivered) this.#take(one)
  }

  #take({ payloadType, payload: sent }: Frame): void {
    const payload = this.#cipher?.open(payloadType as PayloadType, sent) ?? sent
    switch (payloadType) {
      case payloadTypes.output:
        this.length += payload.length
        this.frames.push(Buffer.from(payload))
        break
      case payloadTypes.standardError:
        this.errors.push(Buffer.from(payload))
        break
      case payloadTypes.exitCode:
        this.exitCode = Buffer.from(payload).toString()
        break
      case payloadTypes.flag:
        this.flags.push(payload[3] ?? 0)
        break
      case payloadTypes.handshakeRequest:
        this.#shake(decodeHandshakeRequest(payload))
        break
      case payloadTypes.challengeRequest:
        this.#answerChallenge(decodeChallenge(payload))
        break
      case payloadTypes.handshakeComplete:
        this.hasShaken = true
        this.customerMessage = decodeHandshakeComplete(payload).customerMessage
        break
    }
  }

  #shake(request: HandshakeRequest): void {
    this.handshake = request
    const { clientVersion = '1.2.677.0', encryption } = this.#settings
    const actions = request.actions.map((action): ProcessedAction => {
      if (action.kind === 'sessionType') return { actionType: 'SessionType', status: 'success', error: '' }
      const dataKey = encryption && { ciphertext: encryption.wrapped, hasChallenge: false }
      return dataKey === undefined
        ? { actionType: 'KMSEncryption', status: 'failed', error: 'no key' }
        : { actionType: 'KMSEncryption', status: 'success', dataKey, error: '' }
    })
    this.send(payloadTypes.handshakeResponse, encodeHandshakeResponse({ clientVersion, actions, errors: [] }))
  }

  #answerChallenge(sealed: Uint8Array): void {
    const answer = this.#settings.encryption?.challengeAnswer ?? this.#cipher?.openBytes(sealed)
    if (answer !== undefined && this.#cipher !== undefined) {
      this.send(payloadTypes.challengeResponse, encodeChallenge(this.#cipher.sealBytes(answer)))
    }
  }

  #resend(): void {
    if (this.#socket === undefined) return
    for (const bytes of this.#sender.due(performance.now())) this.#put(bytes)
  }

  #put(bytes: Uint8Array): void {
    if (!this.#isLost()) this.#socket?.send(bytes)
  }

  #isLost(): boolean {
    return this.losesEvery > 0 && ++this.#count % this.losesEvery === 0
  }
}

function stamp() {
  return { messageId: randomUUID(), createdDate: Date.now() }
}

function encode(frame: Frame): Uint8Array {
  return encodeFrame(frame, sha256)
}
