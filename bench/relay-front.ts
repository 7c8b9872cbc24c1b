import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'

/**
 * A front of a server for Amazon's two programs: it passes everything on to the server but the data channels. The two of one
 * session it joins, message by message, and the server never sees them. It shares no code with the product.
 *
 *   node relay-front.ts http://127.0.0.1:PORT CERTIFICATE KEY
 */
const [upstream = '', certificate = '', key = ''] = process.argv.slice(2)
const { hostname, port } = new URL(upstream)
const waiting = new Map<string, WebSocket>()
const upgrader = new WebSocketServer({ noServer: true, perMessageDeflate: false })

function answer(asked: IncomingMessage, reply: ServerResponse): void {
  const passed = request({ hostname, port, method: asked.method, path: asked.url, headers: asked.headers })
  passed.on('response', (found) => {
    reply.writeHead(found.statusCode ?? 502, found.rawHeaders)
    found.pipe(reply)
  })
  passed.on('error', () => reply.destroy())
  asked.pipe(passed)
}

function upgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { pathname } = new URL(asked.url ?? '/', upstream)
  if (!pathname.startsWith('/v1/data-channel/')) passOn(asked, socket, head)
  else upgrader.handleUpgrade(asked, socket, head, (opened) => pair(pathname, opened))
}

function passOn({ method, url, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  const other = connect(Number(port), hostname)
  other.setNoDelay(true)
  other.write(`${lines.join('\r\n')}\r\n\r\n`)
  other.write(head)
  socket.pipe(other).pipe(socket)
  for (const [one, two] of [
    [socket, other],
    [other, socket],
  ] as const)
    one.on('error', () => two.destroy()).on('close', () => two.destroy())
}

function pair(path: string, socket: WebSocket): void {
  const other = waiting.get(path)
  if (other?.readyState !== WebSocket.OPEN) {
    waiting.set(path, socket)
    socket.pause() // what it says waits for its other end
    return
  }
  waiting.delete(path)
  join(socket, other)
  join(other, socket)
  other.resume()
}

/** Text is a token, which is for servers that want one. */
function join(from: WebSocket, to: WebSocket): void {
  from.on('message', (bytes, isBinary) => {
    if (isBinary && to.readyState === WebSocket.OPEN) to.send(bytes)
  })
  from.on('close', () => to.close())
}

function listen(server: Server): Promise<number> {
  server.on('upgrade', upgrade)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

const plainPort = await listen(createServer(answer))
const options = { cert: readFileSync(certificate), key: readFileSync(key) }
const securePort = await listen(createSecureServer(options, answer))
process.once('SIGTERM', () => process.exit(0))
process.stdout.write(`ready on ${plainPort}/${securePort}\n`)
