import type { Agent } from 'node:https'

/** Where a server is, and whom to believe that it is. */
export interface Endpoint {
  readonly url: string
  /** Certificates of private authorities, PEM, in place of the well-known ones. */
  readonly certificateAuthority?: string | undefined
  /** Makes the connections; for those that go through a proxy. */
  readonly agent?: Agent | undefined
}

export interface Message {
  readonly method: 'GET' | 'POST'
  readonly target: string
  /** name, value, name, value … */
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array
}

export interface Answer {
  readonly status: number
  readonly body: Buffer
  /** As the server calls the request. */
  readonly requestId: string | undefined
}

const longestAnswer = 16 * 1024 * 1024

/** Sends one request. Rejects when the whole answer is not there within `limitMs`, or when `signal` says so. */
export function exchange(
  { url, certificateAuthority, agent }: Endpoint,
  message: Message,
  limitMs: number,
  signal?: AbortSignal,
): Promise<Answer> {
  const limit = AbortSignal.timeout(limitMs)
  const whole = new URL(message.target, url)
  // An import of node:http reads all that it exports, and with that loads a second client: a quarter of our start.
  const { request } = process.getBuiltinModule(whole.protocol === 'https:' ? 'node:https' : 'node:http')
  return new Promise((resolve, reject) => {
    const outgoing = request(
      whole,
      {
        method: message.method,
        headers: [...message.rawHeaders, 'Content-Length', String(message.body.length)],
        signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
        ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
        ...(agent === undefined ? {} : { agent }),
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
        const id = incoming.headers['x-amzn-requestid']
        const requestId = typeof id === 'string' ? id : undefined
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks), requestId }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(message.body)
  })
}
