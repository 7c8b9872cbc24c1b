import { connectWithin } from './connect-within.ts'
import { http, https } from './node-http.ts'

/** Where the control plane is, and whom to believe that it is. */
export interface Endpoint {
  /** `http:` or `https:`; its path is not used. */
  readonly url: URL
  readonly region: string
  /** Certificates of private authorities, PEM, in place of the well-known ones. */
  readonly certificateAuthority?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

const timeoutMs = 15_000
const longestAnswer = 4 * 1024 * 1024

/**
 * One POST. `headers` are name, value, name, value. Rejects when there is no whole answer in 15 seconds, or no connection in 5,
 * or when `signal` says so.
 */
export function httpPost(
  endpoint: Endpoint,
  path: string,
  headers: readonly string[],
  body: string,
  signal?: AbortSignal,
): Promise<HttpAnswer> {
  const { request } = endpoint.url.protocol === 'https:' ? https : http
  const inTime = AbortSignal.timeout(timeoutMs)
  return new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(path, endpoint.url),
      {
        method: 'POST',
        headers: [...headers, 'Content-Length', String(Buffer.byteLength(body))],
        signal: signal === undefined ? inTime : AbortSignal.any([inTime, signal]),
        ...(endpoint.certificateAuthority === undefined ? {} : { ca: endpoint.certificateAuthority }),
      },
      (incoming) => {
        const chunks: Buffer[] = []
        let length = 0
        incoming.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > longestAnswer) incoming.destroy(new Error(`an answer of more than ${longestAnswer} bytes`))
          else chunks.push(chunk)
        })
        incoming.on('error', reject)
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() }))
      },
    )
    outgoing.on('error', reject)
    connectWithin(outgoing)
    outgoing.end(body)
  })
}
