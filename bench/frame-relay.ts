import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/**
 * As little as can stand between the two ends of a session: whoever asks for the same path as another gets what that one
 * sends, message by message, after the first, which is for servers that want a token. It shares no code with the product.
 */
const waiting = new Map<string, WebSocket>()
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('connection', (socket, request) => {
  const path = request.url ?? ''
  const other = waiting.get(path)
  if (other === undefined) {
    waiting.set(path, socket)
    return
  }
  waiting.delete(path)
  join(socket, other)
  join(other, socket)
})
server.on('listening', () => {
  const address = server.address() as AddressInfo // a TCP server's, once it listens
  process.stdout.write(`ready on ws://127.0.0.1:${address.port}\n`)
})
process.once('SIGTERM', () => process.exit(0))

function join(from: WebSocket, to: WebSocket): void {
  from.on('message', (bytes, isBinary) => {
    if (isBinary && to.readyState === WebSocket.OPEN) to.send(bytes)
  })
  from.on('close', () => to.close())
}
