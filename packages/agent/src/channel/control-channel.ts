import { encodeOpenControlChannel } from '@fairlead/wire/control-message'
import { WebSocket } from 'ws'
import { agentVersion } from '../agent-version.ts'
import type { ControlPlane } from '../api/control-plane.ts'
import type { Clock } from '../clock.ts'
import type { RoleKeys } from '../identity/role-keys.ts'

/** An open control channel. */
export interface ControlChannel {
  /** False when it is closing. */
  send(frame: Uint8Array): boolean
  close(): void
}

export interface ChannelWorld {
  readonly nodeId: string
  readonly controlPlane: ControlPlane
  readonly keys: RoleKeys
  readonly clock: Clock
  /** Between two pings; a peer that is silent for twice as long is taken for dead. */
  readonly pingEveryMs: number
  newId(): string
  onFrame(bytes: Uint8Array): void
}

const openingMs = 15_000
const closingMs = 1_000
// A job may carry a document of a mebibyte, and its parameters, as JSON inside JSON.
const longestFrame = 4 * 1024 * 1024

/**
 * Opens the control channel: a token for it, the websocket, and the token as the first frame. Resolves once it is open;
 * `onClosed` is called once, later. Rejects when it cannot be opened.
 */
export async function openControlChannel(
  world: ChannelWorld,
  onClosed: (reason: string) => void,
): Promise<ControlChannel> {
  const { controlPlane, nodeId, newId, keys } = world
  const signer = await keys.signer()
  const token = await controlPlane.createControlChannel(nodeId, newId(), signer)

  const path = `/v1/control-channel/${nodeId}?role=subscribe&stream=input`
  const url = new URL(path, controlPlane.endpoint.url)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const { certificateAuthority } = controlPlane.endpoint
  const socket = new WebSocket(url, {
    headers: controlPlane.signOpening(path, signer),
    handshakeTimeout: openingMs,
    maxPayload: longestFrame,
    perMessageDeflate: false,
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
  })
  await opened(socket)

  socket.send(encodeOpenControlChannel({ requestId: newId(), token, agentVersion, platformType: process.platform }))
  listen(socket, world, onClosed)
  return {
    send(frame) {
      if (socket.readyState !== WebSocket.OPEN) return false
      socket.send(frame)
      return true
    },
    close() {
      socket.close(1000)
      const cancel = world.clock.after(closingMs, () => socket.terminate())
      socket.once('close', cancel)
    },
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the websocket was closed before it was open')))
  })
}

function listen(socket: WebSocket, world: ChannelWorld, onClosed: (reason: string) => void): void {
  const { clock, pingEveryMs } = world
  let heardAt = clock.now()
  let reason = ''
  const heard = () => {
    heardAt = clock.now()
  }
  let cancelPing: () => void = () => undefined
  const keepAlive = () => {
    cancelPing = clock.after(pingEveryMs, () => {
      if (clock.now() - heardAt > 2 * pingEveryMs) {
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
    onClosed(reason || `closed with ${code}${text.length > 0 ? `: ${text}` : ''}`)
  })
}
