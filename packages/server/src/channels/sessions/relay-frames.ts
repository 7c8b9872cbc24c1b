import { encodeFrame, type Frame } from '@fairlead/wire/frame'
import {
  acknowledgeFrame,
  channelClosedFrame,
  encodeChannelClosed,
  type FrameStamp,
  publicationFrame,
} from '@fairlead/wire/session-message'
import { sha256 } from '../frames.ts'

/** Clients read a goodbye of 16 KiB at most; in JSON a character may take six bytes. What an agent says may be longer. */
const longestReason = 2_000

export interface RelayFramesParts {
  readonly sessionId: string
  readonly nodeId: string
  now(): Date
  newId(): string
}

/** The frames that a relay says itself in one session; everything else it only passes on. */
export class RelayFrames {
  readonly #parts: RelayFramesParts

  constructor(parts: RelayFramesParts) {
    this.#parts = parts
  }

  /** The receipt of a client that was lost. */
  receipt({ sequenceNumber, messageId }: { readonly sequenceNumber: number; readonly messageId: string }): Uint8Array {
    return bytesOf(acknowledgeFrame({ messageType: 'output_stream_data', messageId, sequenceNumber }, this.#stamp()))
  }

  publication(messageType: 'pause_publication' | 'start_publication'): Uint8Array {
    return bytesOf(publicationFrame(messageType, this.#stamp()))
  }

  /** Tells a client why its session has ended; with an empty reason it says just that. */
  farewell(reason: string): Uint8Array {
    const stamp = this.#stamp()
    return bytesOf(channelClosedFrame(this.#closed(stamp, reason.slice(0, longestReason).toWellFormed()), stamp))
  }

  /** Tells a node to end the session, on its data channel. */
  endOnDataChannel(): Uint8Array {
    const stamp = this.#stamp()
    return bytesOf(channelClosedFrame(this.#closed(stamp), stamp))
  }

  /** The same, as the payload of a message on its control channel. */
  endOnControlChannel(): Uint8Array {
    return this.#closed(this.#stamp())
  }

  #closed({ messageId, createdDate }: FrameStamp, output?: string): Uint8Array {
    const { sessionId, nodeId } = this.#parts
    const said = output === undefined ? {} : { output }
    return encodeChannelClosed({ messageId, nodeId, sessionId, createdDate: new Date(createdDate), ...said })
  }

  #stamp(): FrameStamp {
    return { messageId: this.#parts.newId(), createdDate: this.#parts.now().getTime() }
  }
}

function bytesOf(frame: Frame): Uint8Array {
  return encodeFrame(frame, sha256, Buffer.allocUnsafe)
}
