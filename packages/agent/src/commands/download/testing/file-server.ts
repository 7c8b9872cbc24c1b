import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'

export interface FileServer {
  readonly url: string
  /** Every request that came, as `METHOD TARGET`. */
  readonly asked: readonly string[]
  /** Every connection that was made. */
  readonly connections: readonly Socket[]
}

interface Test {
  after(clean: () => Promise<void>): void
}

/** An HTTP server on a free port of the loopback; gone when the test ends. */
export async function serveFiles(test: Test, answer: RequestListener): Promise<FileServer> {
  const asked: string[] = []
  const { port, connections } = await listen(test, createServer(recorded(answer, asked)))
  return { url: `http://127.0.0.1:${port}`, asked, connections }
}

/** The same with TLS, and without it on the same port. */
export async function serveBothWays(
  test: Test,
  certificate: { readonly cert: string; readonly key: string },
  answer: RequestListener,
): Promise<FileServer> {
  const asked: string[] = []
  const [plain, secure] = [createServer(recorded(answer, asked)), createTlsServer(certificate, recorded(answer, asked))]
  const either = createTcpServer((socket) => {
    socket.once('readable', () => {
      const first: Buffer | null = socket.read()
      if (first === null) return socket.destroy()
      socket.unshift(first)
      // A handshake of TLS begins with this byte.
      return (first[0] === 22 ? secure : plain).emit('connection', socket)
    })
  })
  const { port, connections } = await listen(test, either)
  return { url: `https://127.0.0.1:${port}`, asked, connections }
}

function recorded(answer: RequestListener, asked: string[]): RequestListener {
  return (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  }
}

async function listen(test: Test, server: Server): Promise<{ port: number; connections: readonly Socket[] }> {
  const connections: Socket[] = []
  server.on('connection', (socket) => connections.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(async () => {
    for (const socket of connections) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo // a TCP server's, once it listens
  return { port, connections }
}
