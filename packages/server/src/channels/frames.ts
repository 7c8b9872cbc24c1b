import { hash } from 'node:crypto'
import type { MessageToAgent } from '@fairlead/wire/control-message'
import { decodeFrame, encodeFrame, type Frame } from '@fairlead/wire/frame'

/** An agent writes at most 142,000 bytes; a little more costs nothing. */
export const mostFrameBytes = 150 * 1024

export function readFrame(bytes: Uint8Array): Frame {
  return decodeFrame(bytes, { maxBytes: mostFrameBytes, sha256 })
}

/** A control message: sequence and flags are always 0 (agent reference, section 5). */
export function writeFrame(message: {
  readonly type: MessageToAgent
  readonly messageId: string
  readonly createdAt: Date
  readonly payload: Uint8Array
}): Uint8Array {
  return encodeFrame(
    {
      messageType: message.type,
      schemaVersion: 1,
      createdDate: message.createdAt.getTime(),
      sequenceNumber: 0,
      flags: 0,
      messageId: message.messageId,
      payloadType: 0,
      payload: message.payload,
    },
    sha256,
    Buffer.allocUnsafe,
  )
}

/** By way of a text: bytes of its own for each digest would cost more than the digest. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', bytes, 'hex'), 'hex')
}
