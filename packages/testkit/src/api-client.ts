import { createHash, createHmac } from 'node:crypto'
import { type Agent, request as httpRequest } from 'node:http'
import type { Operations } from '@fairlead/wire/codec'
import {
  clientCall,
  decodeErrorResponse,
  decodeResponse,
  type InputOf,
  type JsonServiceId,
  type OutputOf,
} from '@fairlead/wire/codec'
import { hmacSigner, signRequest } from '@fairlead/wire/sigv4'
import { within } from './within.ts'

/** Longer than any poll is held. */
const answerWithinMs = 20_000

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** An error answer of the API, with the code that SDKs would raise. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status: number) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** How a request travels: on a connection of its own, and nobody hangs up, unless it is said. */
export interface Connection {
  readonly agent?: Agent
  /** Hangs up. */
  readonly signal?: AbortSignal
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** A caller of the API of one server, over its real front door. */
export class ApiClient {
  readonly #url: URL
  readonly #region: string
  /** What it signs with. */
  readonly credentials: Credentials | undefined
  readonly #now: () => Date

  constructor(options: { url: string; region: string; credentials?: Credentials | undefined; now: () => Date }) {
    this.#url = new URL(options.url)
    this.#region = options.region
    this.credentials = options.credentials
    this.#now = options.now
  }

  /** Calls an operation of a JSON service; throws ApiError for what the service refuses. */
  async call<S extends JsonServiceId, O extends keyof Operations[S] & string>(
    service: S,
    operation: O,
    input: InputOf<S, O>,
  ): Promise<OutputOf<S, O>> {
    const answer = await this.send({ service, ...clientCall(service, operation, input) })
    if (answer.status === 200) return decodeResponse(service, operation, answer.body)
    const { code, message } = decodeErrorResponse(answer.body)
    const type = answer.headers['x-amzn-errortype']
    throw new ApiError(typeof type === 'string' ? type : code, message, answer.status)
  }

  /** Calls an operation of a query service; answers its XML. */
  async query<S extends 'iam' | 'sts', O extends keyof Operations[S] & string>(
    service: S,
    operation: O,
    input: InputOf<S, O>,
  ): Promise<string> {
    const { headers, body } = clientCall(service, operation, input)
    const answer = await this.send({ service, headers, body })
    const text = answer.body.toString()
    if (answer.status === 200) return text
    throw new ApiError(elementOf(text, 'Code') ?? '', elementOf(text, 'Message') ?? '', answer.status)
  }

  /** Sends what it is given, signed unless there are no credentials; for tests of what no client would send. */
  send(request: {
    readonly service: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: Uint8Array
    readonly method?: string
    readonly target?: string
    readonly signedAt?: Date
    /** Headers that are added after signing, or put in place of signed ones. */
    readonly afterSigning?: Readonly<Record<string, string>>
    readonly connection?: Connection
  }): Promise<RawAnswer> {
    const { service, body, method = 'POST', target = '/', connection = {} } = request
    const headers: Record<string, string> = { host: this.#url.host, ...request.headers }
    if (this.credentials !== undefined) {
      const added = signRequest({ method, target, rawHeaders: Object.entries(headers).flat() }, body, {
        signer: hmacSigner(this.credentials, (key, text) => createHmac('sha256', key).update(text).digest()),
        region: this.#region,
        service,
        now: request.signedAt ?? this.#now(),
        sha256: (input) => createHash('sha256').update(input).digest('hex'),
      })
      for (let at = 0; at + 1 < added.length; at += 2) headers[added[at] ?? ''] = added[at + 1] ?? ''
    }
    return this.#exchange(method, target, { ...headers, ...request.afterSigning }, body, connection)
  }

  #exchange(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Uint8Array,
    { agent, signal }: Connection,
  ): Promise<RawAnswer> {
    const answer = new Promise<RawAnswer>((resolve, reject) => {
      const { hostname, port } = this.#url
      const options = { host: hostname, port, method, path, headers, agent: agent ?? false, ...(signal && { signal }) }
      const sent = httpRequest(options, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
    return within(answer, `an answer to ${headers['x-amz-target'] ?? `${method} ${path}`}`, answerWithinMs)
  }
}

/** The text of the first element of a name; enough for answers that we wrote ourselves. */
export function elementOf(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return found
    ?.replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
