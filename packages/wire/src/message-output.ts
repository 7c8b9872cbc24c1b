/** Where bytes go; what is written while it is held back leaves as one. */
export interface ByteStream {
  cork(): void
  uncork(): void
  write(bytes: Uint8Array, done?: () => void): unknown
}

export interface MessageOutputParts {
  readonly stream: ByteStream
  /** Clients' frames carry a mask; here it is zero, so the message stands in the frame as it is. */
  readonly isMasked: boolean
  allocate(length: number): Uint8Array
  /** Runs its argument when the turn is over, before anything is waited for. */
  later(act: () => void): void
  /** Whether messages may still be written. */
  isOpen(): boolean
  /** What one turn had to send has left. */
  drained(): void
}

/** Messages up to this long are put together: a copy costs less than a write of its own. */
const longestCopied = 4 * 1024
const binaryAndLast = 0x82
const maskBit = 0x80
const maskLength = 4
const wordRange = 0x1_0000_0000

/**
 * Binary messages of a websocket that is open, as frames (RFC 6455, 5.2), each a whole message. All of one turn of the event
 * loop leave together: a frame and the receipts beside it cost one call of the system here, and wake their reader once.
 */
export class MessageOutput {
  readonly #parts: MessageOutputParts
  #messages: Uint8Array[] = []
  #waitingBytes = 0

  constructor(parts: MessageOutputParts) {
    this.#parts = parts
  }

  /** Bytes of messages that have not been written yet. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** The message must not be changed any more. */
  send(message: Uint8Array): void {
    this.#waitingBytes += message.length
    if (this.#messages.push(message) === 1) this.#parts.later(() => this.flush())
  }

  /** Writes what waits: before anything else is written to the stream. */
  flush(): void {
    if (this.#messages.length === 0) return
    const messages = this.#messages
    this.#messages = []
    this.#waitingBytes = 0
    const { stream, isOpen, drained } = this.#parts
    if (!isOpen()) return
    const chunks = this.#chunksOf(messages)
    stream.cork()
    for (const [index, chunk] of chunks.entries())
      stream.write(chunk, index === chunks.length - 1 ? drained : undefined)
    stream.uncork()
  }

  #chunksOf(messages: readonly Uint8Array[]): readonly Uint8Array[] {
    const chunks: Uint8Array[] = []
    let small: Uint8Array[] = []
    for (const message of messages) {
      small.push(message)
      if (message.length <= longestCopied) continue
      chunks.push(this.#together(small, false), message)
      small = []
    }
    if (small.length > 0) chunks.push(this.#together(small, true))
    return chunks
  }

  /** Frames one behind the other; of the last, the head alone when it is not `whole`. */
  #together(messages: readonly Uint8Array[], isWhole: boolean): Uint8Array {
    const { isMasked, allocate } = this.#parts
    const last = messages.length - 1
    let length = 0
    for (const [index, message] of messages.entries())
      length += headLength(message.length, isMasked) + (isWhole || index < last ? message.length : 0)
    const bytes = allocate(length)
    let at = 0
    for (const [index, message] of messages.entries()) {
      at = writeHead(bytes, at, message.length, isMasked)
      if (!isWhole && index === last) break
      bytes.set(message, at)
      at += message.length
    }
    return bytes
  }
}

function headLength(length: number, isMasked: boolean): number {
  const plain = length < 126 ? 2 : length < 65_536 ? 4 : 10
  return plain + (isMasked ? maskLength : 0)
}

/** Answers where the message begins. */
function writeHead(bytes: Uint8Array, from: number, length: number, isMasked: boolean): number {
  const mask = isMasked ? maskBit : 0
  let at = from
  bytes[at++] = binaryAndLast
  if (length < 126) bytes[at++] = mask | length
  else {
    bytes[at++] = mask | (length < 65_536 ? 126 : 127)
    if (length >= 65_536) {
      const high = Math.floor(length / wordRange)
      for (const shift of [24, 16, 8, 0]) bytes[at++] = (high >>> shift) & 0xff
      for (const shift of [24, 16]) bytes[at++] = (length >>> shift) & 0xff
    }
    bytes[at++] = (length >>> 8) & 0xff
    bytes[at++] = length & 0xff
  }
  if (isMasked) bytes.fill(0, at, at + maskLength)
  return isMasked ? at + maskLength : at
}
