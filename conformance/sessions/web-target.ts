import { createHash } from 'node:crypto'
import { createServer } from 'node:http'

/** What a forwarded port leads to in tests: it says what it was sent, and sends what it is asked for. */
export interface WebTarget {
  readonly port: number
}

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

/** Bytes without a newline: Amazon's plugin turns one that is alone in a frame into a carriage return (trap T1). */
export function plainText(length: number, seed: string): Buffer {
  const line = Buffer.from(Array.from({ length: 64 }, (_, index) => sha256(`${seed} ${index}`)).join(''))
  return Buffer.alloc(length, line)
}

/**
 * `POST /` answers the SHA-256 of what it got. `GET /N/SEED` answers `plainText(N, SEED)`; `GET /N/SEED/slowly` does so in
 * a hundred pieces, `mostMs` long in all.
 */
export async function listenOnWeb(t: { after(end: () => void): void }, mostMs = 0): Promise<WebTarget> {
  const server = createServer((request, response) => {
    const [, length = '', seed = '', slowly] = (request.url ?? '').split('/')
    if (request.method === 'POST') {
      const hash = createHash('sha256')
      request.on('data', (bytes: Buffer) => hash.update(bytes))
      request.on('end', () => response.end(hash.digest('hex')))
      return
    }
    const bytes = plainText(Number(length), seed)
    response.setHeader('content-length', bytes.length)
    if (slowly === undefined) {
      response.end(bytes)
      return
    }
    const step = Math.ceil(bytes.length / 100)
    let sent = 0
    const timer = setInterval(() => {
      response.write(bytes.subarray(sent, sent + step))
      sent += step
      if (sent < bytes.length) return
      clearInterval(timer)
      response.end()
    }, mostMs / 100)
    response.once('close', () => clearInterval(timer))
  })
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0 }
}
