import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { serverStops } from '@fairlead/wire/closing-words'
import { gatheredWrites } from '@fairlead/wire/gathered-writes'
import { MessageOutput } from '@fairlead/wire/message-output'
import { mustMask } from '@fairlead/wire/websocket-mask'
import { WebSocket } from 'ws'
import { connectWithin } from '../api/connect-within.ts'
import type { ControlPlane } from '../api/control-plane.ts'
import type { Clock } from '../clock.ts'
import type { KeySource } from '../identity/key-source.ts'

/** An open control or data channel. */
export interface Channel {
  /** False when it is closing. */
  send(message: Uint8Array): boolean
  /** Leaves what comes in with the server until `resume`. */
  pause(): void
  resume(): void
  /** Resolves when everything was sent and the other end has heard of it, or after a second. */
  close(): Promise<void>
}

/** Called once, when an open channel is closed. `isGoodbye` when the server says that it is being stopped. */
export type OnClosed = (reason: string, isGoodbye: boolean) => void

export interface ChannelWorld {
  readonly nodeId: string
  readonly controlPlane: ControlPlane
  readonly keys: KeySource
  readonly clock: Clock
  /** Between two pings; a peer that is silent for twice as long is taken for dead. */
  readonly pingEveryMs: number
  newId(): string
  onFrame(bytes: Uint8Array): void
}

/** One opening of a channel. */
export interface ChannelOpening {
  /** Path and query of the websocket. */
  readonly target: string
  /** The first message on it, with the token that was asked for before. */
  readonly greeting: string
}

const openingMs = 15_000
const closingMs = 1_000

/**
 * Opens the websocket of a channel and sends its greeting. Resolves once it is open; `onClosed` is called once, later.
 * Rejects when it cannot be opened.
 */
export async function openWebSocket(
  world: ChannelWorld & { readonly longestFrame: number },
  { target, greeting }: ChannelOpening,
  onClosed: OnClosed,
): Promise<Channel> {
  const { controlPlane, keys } = world
  const url = new URL(target, controlPlane.endpoint.url)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const { certificateAuthority } = controlPlane.endpoint
  const isMasked = mustMask(url)
  const socket = new WebSocket(url, {
    headers: controlPlane.signOpening(target, await keys.signer()),
    handshakeTimeout: openingMs,
    finishRequest: (request) => {
      connectWithin(request)
      request.end()
    },
    maxPayload: world.longestFrame,
    perMessageDeflate: false,
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    ...(isMasked ? {} : { generateMask: (mask) => mask.fill(0), autoPong: false }),
  })
  let beforeWrite = () => {}
  let output: MessageOutput | undefined
  socket.once('upgrade', (answer: IncomingMessage) => {
    if (isMasked) beforeWrite = gatheredWrites(answer.socket, process.nextTick)
    else output = messageOutput(socket, answer.socket)
  })
  await opened(socket)

  socket.send(greeting)
  listen(socket, world, onClosed)
  return {
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return false
      if (output !== undefined) output.send(message)
      else {
        beforeWrite()
        socket.send(message)
      }
      return true
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close() {
      return new Promise((resolve) => {
        if (socket.readyState === WebSocket.CLOSED) resolve()
        socket.once('close', () => {
          cancel()
          resolve()
        })
        const cancel = world.clock.after(closingMs, () => socket.terminate())
        socket.resume()
        output?.flush()
        socket.close(1000)
      })
    },
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
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the websocket was closed before it was open')))
  })
}

function listen(socket: WebSocket, world: ChannelWorld, onClosed: OnClosed): void {
  const { clock, pingEveryMs } = world
  let heardAt = clock.ticks()
  let reason = ''
  const heard = () => {
    heardAt = clock.ticks()
  }
  let cancelPing: () => void = () => undefined
  const keepAlive = () => {
    cancelPing = clock.after(pingEveryMs, () => {
      // A socket that rests does not hear its pongs.
      if (socket.isPaused) heard()
      if (clock.ticks() - heardAt > 2 * pingEveryMs) {
        reason = 'the server was silent'
        socket.terminate()
        return
      }
      socket.ping('keepalive')
      keepAlive()
    })
  }
  keepAlive()

  socket.on('ping', heard)
  socket.on('pong', heard)
  socket.on('message', (bytes, isBinary) => {
    heard()
    // The server has nothing to say in text.
    if (isBinary && bytes instanceof Buffer) world.onFrame(bytes)
  })
  socket.on('error', (error) => {
    reason = error.message
  })
  socket.on('close', (code, text) => {
    cancelPing()
    const isGoodbye = code === 1001 && text.toString() === serverStops
    onClosed(reason || `closed with ${code}${text.length > 0 ? `: ${text}` : ''}`, isGoodbye)
  })
}
