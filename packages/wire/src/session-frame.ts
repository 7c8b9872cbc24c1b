import type { Frame } from './frame.ts'
import { type Acknowledge, encodeAcknowledge } from './session-acknowledge.ts'
import type { PayloadType, StreamMessageType } from './session-payload-type.ts'
import { encodeSessionState, type SessionState } from './session-state.ts'

/** What every frame gets from outside: a new UUID, and milliseconds since the epoch. */
export interface FrameStamp {
  readonly messageId: string
  readonly createdDate: number
}

/** One frame of a stream. */
export interface StreamContent {
  readonly messageType: StreamMessageType
  readonly sequenceNumber: number
  readonly payloadType: PayloadType
  readonly payload: Uint8Array
}

const synAndFin = 3

/**
 * A numbered frame of input or output. Flags as Amazon's ends have them: SYN on the first of an agent, none on a client's.
 * Neither reads them.
 */
export function streamFrame(content: StreamContent, stamp: FrameStamp): Frame {
  const first = content.messageType === 'output_stream_data' && content.sequenceNumber === 0
  return { ...content, ...stamp, schemaVersion: 1, flags: first ? 1 : 0 }
}

/** The frame of a receipt; receipts are not numbered. */
export function acknowledgeFrame(ack: Acknowledge, stamp: FrameStamp): Frame {
  return unnumbered('acknowledge', encodeAcknowledge(ack), synAndFin, stamp)
}

/** The frame by which an agent says how its session is. */
export function sessionStateFrame(state: SessionState, stamp: FrameStamp): Frame {
  return unnumbered('agent_session_state', encodeSessionState(state), synAndFin, stamp)
}

/** Asks an agent to rest while its client is away, or to go on. The payload means nothing, but the agent can't take none. */
export function publicationFrame(messageType: 'pause_publication' | 'start_publication', stamp: FrameStamp): Frame {
  return unnumbered(messageType, new TextEncoder().encode('{}'), 0, stamp)
}

/** The frame of a channel_closed, whose payload `encodeChannelClosed` writes. */
export function channelClosedFrame(payload: Uint8Array, stamp: FrameStamp): Frame {
  return unnumbered('channel_closed', payload, 0, stamp)
}

function unnumbered(messageType: string, payload: Uint8Array, flags: number, stamp: FrameStamp): Frame {
  return { messageType, ...stamp, schemaVersion: 1, sequenceNumber: 0, flags, payloadType: 0, payload }
}
