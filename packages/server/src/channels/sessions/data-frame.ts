import { FrameError } from '@fairlead/wire/frame'
import { readUuid } from '@fairlead/wire/frame-uuid'

/** The side of a data channel: the node's agent, or the client that a person sits at. */
export type Side = 'node' | 'client'

/** What the relay must know of a frame to pass it on. */
export interface DataFrame {
  /** The whole frame as it came; it goes on unchanged. */
  readonly bytes: Buffer
  readonly messageType: string
  readonly sequenceNumber: number
  readonly payloadType: number
  /** The sixteen bytes of the message id as they stand in the frame, as latin1. */
  readonly key: string
  readonly payload: Buffer
}

const headerLength = 116
const payloadAt = 120
const highWord = 0x1_0000_0000

/**
 * Reads the head of a frame, as `decodeFrame` of wire lays it out. A frame whose header cannot be read makes Amazon's client
 * deaf for ever (session reference, trap T5), so nothing of the kind is passed on. The digest is left to the ends: they
 * check it anyway, and it costs more than all the rest. Throws FrameError.
 */
export function readDataFrame(bytes: Buffer): DataFrame {
  if (bytes.length < payloadAt) throw new FrameError(`${bytes.length} bytes are too few for a frame`)
  const lengthAt = bytes.readUInt32BE(0)
  if (lengthAt !== headerLength) throw new FrameError(`a header of ${lengthAt} bytes is unknown`)
  const payload = bytes.subarray(payloadAt)
  const length = bytes.readUInt32BE(headerLength)
  if (length !== payload.length)
    throw new FrameError(`${payload.length} bytes of payload where ${length} are announced`)
  // Clients reject a date of 0 (session reference, 3).
  if (bytes.readUInt32BE(40) === 0 && bytes.readUInt32BE(44) === 0)
    throw new FrameError('a frame must have a created date')
  const sequenceNumber = bytes.readInt32BE(48) * highWord + bytes.readUInt32BE(52)
  if (sequenceNumber < 0 || !Number.isSafeInteger(sequenceNumber)) throw new FrameError('a number is out of range')
  return {
    bytes,
    messageType: typeOf(bytes),
    sequenceNumber,
    payloadType: bytes.readUInt32BE(112),
    key: bytes.toString('latin1', 64, 80),
    payload,
  }
}

/** The message id whose bytes are a frame's `key`. */
export function messageIdOf(key: string): string {
  return readUuid(Buffer.from(key, 'latin1'), 8, 0)
}

// Padded with spaces or NULs, both are taken.
function typeOf(bytes: Buffer): string {
  let end = 36
  while (end > 4 && (bytes[end - 1] === 0x20 || bytes[end - 1] === 0)) end--
  return bytes.toString('latin1', 4, end)
}
