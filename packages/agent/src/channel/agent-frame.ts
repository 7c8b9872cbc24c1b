import { hash } from 'node:crypto'
import type { MessageFromAgent } from '@fairlead/wire/control-message'
import { decodeFrame, encodeFrame, type Frame } from '@fairlead/wire/frame'

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer')
const longestFrame = 4 * 1024 * 1024

/** A frame as agents send them on a control channel: sequence and flags are not used there. */
export function writeFrame(
  messageType: MessageFromAgent,
  messageId: string,
  createdDate: number,
  payload: Uint8Array,
): Uint8Array {
  const frame = {
    messageType,
    messageId,
    createdDate,
    payload,
    schemaVersion: 1,
    sequenceNumber: 0,
    flags: 0,
    payloadType: 0,
  }
  return encodeFrame(frame, sha256)
}

/** Throws FrameError. */
export function readFrame(bytes: Uint8Array): Frame {
  return decodeFrame(bytes, { maxBytes: longestFrame, sha256 })
}
