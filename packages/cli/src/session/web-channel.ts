import type { IncomingMessage } from 'node:http'
import type { Agent } from 'node:https'
import type { Duplex } from 'node:stream'
import { gatheredWrites } from '@fairlead/wire/gathered-writes'
import { MessageOutput } from '@fairlead/wire/message-output'
import { mustMask } from '@fairlead/wire/websocket-mask'
import { WebSocket } from 'ws'

/** An open data channel. */
export interface WebChannel {
  send(message: Uint8Array): void
  /** Leaves what comes in with the server until `resume`. */
  pause(): void
  resume(): void
  close(): void
  /** Why it was closed; it never rejects. */
  readonly closed: Promise<string>
}

export interface ChannelOrder {
  readonly url: string
  /** Certificates of private authorities, PEM, in place of the well-known ones. */
  readonly certificateAuthority: string | undefined
  /** Makes the connection, when it goes through a proxy. */
  readonly agent: Agent | undefined
  /** The first message on it, with the token. */
  readonly greeting: string
  readonly signal: AbortSignal
  /** Who is silent for up to twice as long is taken for gone. */
  readonly pingEveryMs: number
  onFrame(bytes: Uint8Array): void
}

const openingMs = 15_000
const closingMs = 500
const longestFrame = 4 * 1024 * 1024

/** Opens the websocket of a session's data channel. Rejects when it cannot be opened. */
export async function openWebChannel(order: ChannelOrder): Promise<WebChannel> {
  const { certificateAuthority: ca, agent } = order
  const url = URL.parse(order.url)
  const isMasked = url === null || mustMask(url)
  const socket = new WebSocket(order.url, {
    handshakeTimeout: openingMs,
    maxPayload: longestFrame,
    perMessageDeflate: false,
    ...(ca === undefined ? {} : { ca }),
    ...(agent === undefined ? {} : { agent }),
    ...(isMasked ? {} : { generateMask: (mask) => mask.fill(0), autoPong: false }),
  })
  let beforeWrite = () => {}
  let output: MessageOutput | undefined
  socket.once('upgrade', (answer: IncomingMessage) => {
    if (isMasked) beforeWrite = gatheredWrites(answer.socket, process.nextTick)
    else output = messageOutput(socket, answer.socket)
  })
  const abandon = () => socket.terminate()
  order.signal.addEventListener('abort', abandon, { once: true })
  try {
    await opened(socket)
  } finally {
    order.signal.removeEventListener('abort', abandon)
  }
  const closed = listen(socket, order)
  socket.send(order.greeting)
  return {
    send: (message) => {
      if (socket.readyState !== WebSocket.OPEN) return
      if (output !== undefined) {
        output.send(message)
        return
      }
      beforeWrite()
      socket.send(message)
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close() {
      socket.resume()
      output?.flush()
      socket.close(1000)
      const timer = setTimeout(() => socket.terminate(), closingMs)
      socket.once('close', () => clearTimeout(timer))
    },
    closed,
  }
}

/** For frames with a mask of zero; what was received before a ping has its answers before the pong. */
function messageOutput(socket: WebSocket, stream: Duplex): MessageOutput {
  const output = new MessageOutput({
    stream,
    isMasked: true,
    allocate: (length) => Buffer.allocUnsafe(length),
    later: process.nextTick,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    drained: () => undefined,
  })
  socket.on('ping', (mark) => {
    output.flush()
    if (socket.readyState === WebSocket.OPEN) socket.pong(mark)
  })
  return output
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    // Stays, since an opening that is abandoned complains once more.
    socket.on('error', reject)
    socket.once('close', () => reject(new Error('the websocket was closed before it was open')))
  })
}

function listen(socket: WebSocket, { onFrame, pingEveryMs }: ChannelOrder): Promise<string> {
  let isHeard = true
  let reason = ''
  const heard = () => {
    isHeard = true
  }
  const timer = setInterval(() => {
    // One that rests doesn't hear its pongs.
    if (!isHeard && !socket.isPaused) {
      reason = 'the server was silent'
      socket.terminate()
      return
    }
    isHeard = false
    socket.ping('keepalive')
  }, pingEveryMs)
  socket.on('ping', heard)
  socket.on('pong', heard)
  socket.on('message', (bytes, isBinary) => {
    heard()
    if (isBinary && bytes instanceof Buffer) onFrame(bytes)
  })
  socket.on('error', (error) => {
    reason = error.message
  })
  return new Promise((resolve) => {
    socket.once('close', (code, text) => {
      clearInterval(timer)
      resolve(reason || `closed with ${code}${text.length > 0 ? `: ${text}` : ''}`)
    })
  })
}
