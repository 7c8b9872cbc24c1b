import type { Frame } from './frame.ts'
import { MessageError, readChoice, readPayload, readPosition, readText, writePayload } from './message-members.ts'
import type { StreamMessageType } from './session-payload-type.ts'

/** The receipt for one frame of a stream. There is no cumulative one. */
export interface Acknowledge {
  readonly messageType: StreamMessageType
  readonly messageId: string
  readonly sequenceNumber: number
}

const streams = ['input_stream_data', 'output_stream_data'] as const

/** The receipt for a frame. Throws MessageError for one of a type that is not acknowledged. */
export function acknowledgeOf(frame: Pick<Frame, 'messageType' | 'messageId' | 'sequenceNumber'>): Acknowledge {
  const messageType = streams.find((one) => one === frame.messageType)
  if (messageType === undefined) throw new MessageError(`${frame.messageType} is not acknowledged`)
  return { messageType, messageId: frame.messageId, sequenceNumber: frame.sequenceNumber }
}

export function encodeAcknowledge(ack: Acknowledge): Uint8Array {
  return writePayload({
    AcknowledgedMessageType: ack.messageType,
    AcknowledgedMessageId: ack.messageId,
    AcknowledgedMessageSequenceNumber: ack.sequenceNumber,
    IsSequentialMessage: true,
  })
}

export function decodeAcknowledge(payload: Uint8Array): Acknowledge {
  const members = readPayload(payload, 4096)
  return {
    messageType: readChoice(members, 'AcknowledgedMessageType', streams),
    messageId: readText(members, 'AcknowledgedMessageId', 64),
    sequenceNumber: readPosition(members, 'AcknowledgedMessageSequenceNumber'),
  }
}
