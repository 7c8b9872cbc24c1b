import type { IncomingMessage } from 'node:http'
import { agentName, agentVersion } from '../../agent-version.ts'
import { http, https } from '../../api/node-http.ts'
import { isErrno } from '../../disk/durable-file.ts'
import type { HttpConnections } from './http-connections.ts'

/** Go's clients, and so Amazon's agent, follow as many. */
const mostRedirects = 10
/** Without a byte for so long, a download is given up. */
const idleMs = 60_000
const longestText = 4 * 1024 * 1024

export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Whether a redirect may lead away from https. */
  readonly allowsPlain?: boolean
  /** Answer redirects as they come. */
  readonly staysThere?: boolean
}

/** A GET that follows redirects. Credentials go to the first origin only: another scheme is another one. Throws the network's error. */
export async function httpGet(url: URL, options: GetOptions, connections: HttpConnections): Promise<IncomingMessage> {
  let at = url
  for (let redirects = 0; ; redirects++) {
    const { authorization: _, ...others } = options.headers ?? {}
    const answer = await getOnce(at, at.origin === url.origin ? options.headers : others, options.signal, connections)
    const { location } = answer.headers
    const status = answer.statusCode ?? 0
    if (options.staysThere === true || ![301, 302, 303, 307, 308].includes(status) || location === undefined)
      return answer
    answer.destroy()
    if (redirects === mostRedirects) throw new Error(`${url.host} redirects more than ${mostRedirects} times.`)
    at = redirected(at, location, options.allowsPlain === true)
  }
}

/** A whole answer as text, of at most 4 MiB. */
export async function readAnswer(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer) {
    if (!Buffer.isBuffer(chunk)) continue
    length += chunk.length
    if (length > longestText) throw new Error(`an answer of more than ${longestText} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function redirected(from: URL, location: string, allowsPlain: boolean): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined
  if (to === undefined || !['http:', 'https:'].includes(to.protocol)) {
    throw new Error(`${from.host} redirects to what is no URL of http or https.`)
  }
  if (to.protocol === 'http:' && !allowsPlain) throw new Error(`${from.host} redirects to a URL that is not secure.`)
  to.username = ''
  to.password = ''
  return to
}

function getOnce(
  url: URL,
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal,
  connections: HttpConnections,
): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http
  const agent = connections.agentFor(url)
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        headers: { 'user-agent': `${agentName}/${agentVersion}`, ...headers },
        agent,
        signal,
        timeout: idleMs,
      },
      resolve,
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${url.host} said nothing for ${idleMs / 1000} seconds.`)))
    let isAnswered = false
    outgoing.on('response', () => {
      isAnswered = true
    })
    outgoing.on('error', (error) => {
      // The server may close a connection at the moment when it is used again; a new one tells whether that was all.
      const mayBeOld = outgoing.reusedSocket && !isAnswered && isErrno(error, 'ECONNRESET')
      if (mayBeOld) resolve(getOnce(url, headers, signal, connections))
      else reject(error)
    })
    outgoing.end()
  })
}
