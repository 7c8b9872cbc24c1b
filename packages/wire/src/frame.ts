import { readUuid, writeUuid } from './frame-uuid.ts'

/** SHA-256 of some bytes, 32 of them. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array

/** One binary message of a control or data channel. */
export interface Frame {
  /** Printable ASCII, 1 to 32 characters. Which types there are is not the codec's business. */
  readonly messageType: string
  /** 1 so far. */
  readonly schemaVersion: number
  /** Milliseconds since the epoch, never 0. */
  readonly createdDate: number
  readonly sequenceNumber: number
  /** Bit 0 is SYN, bit 1 FIN. */
  readonly flags: number
  /** A UUID, lower case with hyphens. */
  readonly messageId: string
  readonly payloadType: number
  readonly payload: Uint8Array
}

/** Bytes that are no frame, or a frame that can't be written. */
export class FrameError extends Error {
  override readonly name = 'FrameError'
}

const headerLength = 116
const payloadAt = 120
const latestDate = 8.64e15
const highWord = 0x1_0000_0000

/**
 * Writes a frame, big-endian throughout.
 *
 *   offset  size  field
 *        0     4  offset of the payload length, always 116
 *        4    32  message type, ASCII padded with spaces
 *       36     4  schema version
 *       40     8  created date, ms since the epoch
 *       48     8  sequence number, signed
 *       56     8  flags
 *       64    16  message id: a UUID whose two halves are swapped
 *       80    32  SHA-256 of the payload
 *      112     4  payload type
 *      116     4  payload length
 *      120        payload
 *
 * Learnt from amazon-ssm-agent 3.2.2303.0 and session-manager-plugin 1.2.677.0 on the wire. Both reject a created date of 0
 * and an empty type, and the agent can't cope with an empty payload: such frames are refused here with a FrameError.
 *
 * @param allocate makes room for a frame, where there is a quicker way than a buffer for each; what is in it does not matter
 */
export function encodeFrame(
  frame: Frame,
  sha256: Sha256,
  allocate: (length: number) => Uint8Array = (length) => new Uint8Array(length),
): Uint8Array {
  if (!/^[!-~](?:[ -~]{0,30}[!-~])?$/.test(frame.messageType))
    throw new FrameError('a message type must be 1 to 32 letters')
  if (frame.payload.length === 0) throw new FrameError('a frame must carry a payload')
  checkDate(frame.createdDate)
  checkNumber(frame.sequenceNumber, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  checkNumber(frame.flags, 0, Number.MAX_SAFE_INTEGER)
  for (const word of [frame.schemaVersion, frame.payloadType]) checkNumber(word, 0, highWord - 1)

  const bytes = allocate(payloadAt + frame.payload.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setUint32(0, headerLength)
  bytes.fill(0x20, 4, 36)
  for (let at = 0; at < frame.messageType.length; at++) bytes[4 + at] = frame.messageType.charCodeAt(at)
  view.setUint32(36, frame.schemaVersion)
  writeLong(view, 40, frame.createdDate)
  writeLong(view, 48, frame.sequenceNumber)
  writeLong(view, 56, frame.flags)
  if (!writeUuid(frame.messageId, bytes, 72, 64)) throw new FrameError('a message id must be a UUID')
  bytes.set(sha256(frame.payload), 80)
  view.setUint32(112, frame.payloadType)
  view.setUint32(headerLength, frame.payload.length)
  bytes.set(frame.payload, payloadAt)
  return bytes
}

/**
 * Reads a frame that came as one websocket message; the payload is a view on `bytes`. `maxBytes` bounds the whole frame.
 *
 * Amazon's agent would take any header length; here only 116 will do, since every known peer writes it and a second layout
 * would be one that nobody has seen. The agent ignores the payload length and the digest too; here both must fit, so no part
 * of a frame is ever taken for a whole one. Throws FrameError.
 */
export function decodeFrame(bytes: Uint8Array, limits: { readonly maxBytes: number; readonly sha256: Sha256 }): Frame {
  if (bytes.length > limits.maxBytes) throw new FrameError(`${bytes.length} bytes are too many for a frame`)
  if (bytes.length < payloadAt) throw new FrameError(`${bytes.length} bytes are too few for a frame`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const lengthAt = view.getUint32(0)
  if (lengthAt !== headerLength) throw new FrameError(`a header of ${lengthAt} bytes is unknown`)
  const payload = bytes.subarray(payloadAt)
  const length = view.getUint32(headerLength)
  if (length !== payload.length)
    throw new FrameError(`${payload.length} bytes of payload where ${length} are announced`)

  const messageType = readType(bytes)
  const createdDate = readUnsignedLong(view, 40)
  checkDate(createdDate)
  const sequenceNumber = view.getInt32(48) * highWord + view.getUint32(52)
  const flags = readUnsignedLong(view, 56)
  if (!Number.isSafeInteger(sequenceNumber) || !Number.isSafeInteger(flags))
    throw new FrameError('a number is out of range')
  checkDigest(limits.sha256(payload), bytes)
  return {
    messageType,
    schemaVersion: view.getUint32(36),
    createdDate,
    sequenceNumber,
    flags,
    messageId: readUuid(bytes, 72, 64),
    payloadType: view.getUint32(112),
    payload,
  }
}

// Agents pad with spaces; both readers of Amazon's take NULs as well.
function readType(bytes: Uint8Array): string {
  let end = 36
  while (end > 4 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--
  let text = ''
  for (let at = 4; at < end; at++) {
    const code = bytes[at] ?? 0
    if (code < 0x20 || code > 0x7e) throw new FrameError('a message type must be ASCII')
    text += String.fromCharCode(code)
  }
  if (text === '' || text.startsWith(' ')) throw new FrameError('a frame must have a message type')
  return text
}

function readUnsignedLong(view: DataView, at: number): number {
  return view.getUint32(at) * highWord + view.getUint32(at + 4)
}

function writeLong(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / highWord))
  view.setUint32(at + 4, value >>> 0)
}

function checkDate(date: number): void {
  if (!Number.isInteger(date) || date <= 0 || date > latestDate)
    throw new FrameError('a frame must have a created date')
}

function checkNumber(value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) throw new FrameError(`${value} is out of range`)
}

function checkDigest(digest: Uint8Array, bytes: Uint8Array): void {
  for (let at = 0; at < 32; at++) {
    if (digest[at] !== bytes[80 + at]) throw new FrameError('the payload does not fit its digest')
  }
}
