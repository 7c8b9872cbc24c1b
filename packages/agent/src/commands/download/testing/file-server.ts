import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FileServer {
  readonly url: string
  /** Every request that came, as `METHOD TARGET`. */
  readonly asked: readonly string[]
}

/** An HTTP server on a free port of the loopback; gone when the test ends. */
export async function serveFiles(
  test: { after(clean: () => Promise<void>): void },
  answer: RequestListener,
): Promise<FileServer> {
  const asked: string[] = []
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  test.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo // a TCP server's, once it listens
  return { url: `http://127.0.0.1:${port}`, asked }
}
