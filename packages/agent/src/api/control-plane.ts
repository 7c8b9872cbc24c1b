import { createHash, createHmac } from 'node:crypto'
import { hmacSigner, type RequestSigner, signRequest } from '@fairlead/wire/sigv4'
import { agentName, agentVersion } from '../agent-version.ts'
import type { Clock } from '../clock.ts'
import { isObject } from '../disk/read-text.ts'
import { type Endpoint, type HttpAnswer, httpPost } from './http-post.ts'

/** An answer other than success. `code` is the service's own name for it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly operation: string
  readonly code: string
  readonly status: number

  constructor(operation: string, status: number, code: string, message: string) {
    super(`${operation} was refused: ${code} (${status})${message === '' ? '' : `: ${message}`}`)
    this.operation = operation
    this.code = code
    this.status = status
  }
}

/** Keys as RequestManagedInstanceRoleToken hands them out. */
export interface RoleCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export function roleSigner(credentials: RoleCredentials): RequestSigner {
  return hmacSigner(credentials, (key, text) => createHmac('sha256', key).update(text).digest())
}

/** The service calls of an agent, signed by whoever is given. */
export class ControlPlane {
  readonly endpoint: Endpoint
  readonly #clock: Clock

  constructor(endpoint: Endpoint, clock: Clock) {
    this.endpoint = endpoint
    this.#clock = clock
  }

  /** The same control plane, for a node that was registered in another region than was asked for. */
  inRegion(region: string): ControlPlane {
    return new ControlPlane({ ...this.endpoint, region }, this.#clock)
  }

  /** An `AmazonSSM` operation. Unsigned without a signer. Throws ApiError, or the network's error. */
  async callSsm(
    operation: string,
    input: unknown,
    signer: RequestSigner | undefined,
  ): Promise<Readonly<Record<string, unknown>>> {
    return this.#callJson('ssm', 'AmazonSSM', operation, input, signer)
  }

  /** An operation of KMS, which is served at the same endpoint. Throws as `callSsm`. */
  async callKms(operation: string, input: unknown, signer: RequestSigner): Promise<Readonly<Record<string, unknown>>> {
    return this.#callJson('kms', 'TrentService', operation, input, signer)
  }

  /** An operation of Fairlead's own. Throws as `callSsm`, and when `stopped` says so. */
  async callFairlead(
    operation: string,
    input: unknown,
    signer: RequestSigner,
    stopped?: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    return this.#callJson('fairlead', 'Fairlead_20261101', operation, input, signer, stopped)
  }

  async #callJson(
    service: string,
    targetPrefix: string,
    operation: string,
    input: unknown,
    signer: RequestSigner | undefined,
    stopped?: AbortSignal,
  ): Promise<Readonly<Record<string, unknown>>> {
    const body = JSON.stringify(input)
    const headers = ['Content-Type', 'application/x-amz-json-1.1', 'X-Amz-Target', `${targetPrefix}.${operation}`]
    const answer = await this.#post('/', headers, body, signer, service, stopped)
    if (answer.status !== 200) throw errorOf(operation, answer)
    const output: unknown = JSON.parse(answer.body)
    if (!isObject(output)) throw new ApiError(operation, answer.status, 'InvalidAnswer', 'the answer is not an object')
    return output
  }

  /** Asks for a control channel's token: 201 and XML, unlike the JSON services. */
  async createControlChannel(nodeId: string, requestId: string, signer: RequestSigner): Promise<string> {
    const input = { MessageSchemaVersion: '1.0', RequestId: requestId }
    return this.#createChannel('CreateControlChannel', `/v1/control-channel/${nodeId}`, input, signer)
  }

  /** Asks for the token of a session's data channel. */
  async createDataChannel(sessionId: string, requestId: string, signer: RequestSigner): Promise<string> {
    const input = { MessageSchemaVersion: '1.0', RequestId: requestId, ClientId: '' }
    return this.#createChannel('CreateDataChannel', `/v1/data-channel/${encodeURIComponent(sessionId)}`, input, signer)
  }

  async #createChannel(operation: string, path: string, input: unknown, signer: RequestSigner): Promise<string> {
    const headers = ['Content-Type', 'application/json']
    const answer = await this.#post(path, headers, JSON.stringify(input), signer, 'ssmmessages')
    if (answer.status !== 201) throw errorOf(operation, answer)
    const token = /<TokenValue>([^<]{1,4096})<\/TokenValue>/.exec(answer.body)?.[1]
    if (token === undefined) throw new ApiError(operation, 201, 'InvalidAnswer', 'there is no TokenValue in it')
    return unescapeXml(token)
  }

  /** The headers that sign a websocket's opening request. */
  signOpening(path: string, signer: RequestSigner): Readonly<Record<string, string>> {
    const added = signRequest(
      { method: 'GET', target: path, rawHeaders: ['Host', this.endpoint.url.host] },
      '',
      this.#signing(signer, 'ssmmessages'),
    )
    return Object.fromEntries(pairs(added))
  }

  #post(
    path: string,
    headers: readonly string[],
    body: string,
    signer: RequestSigner | undefined,
    service: string,
    stopped?: AbortSignal,
  ): Promise<HttpAnswer> {
    const rawHeaders = ['Host', this.endpoint.url.host, ...headers]
    const added =
      signer === undefined
        ? []
        : signRequest({ method: 'POST', target: path, rawHeaders }, body, this.#signing(signer, service))
    const userAgent = ['User-Agent', `${agentName}/${agentVersion}`]
    return httpPost(this.endpoint, path, [...rawHeaders, ...added, ...userAgent], body, stopped)
  }

  #signing(signer: RequestSigner, service: string) {
    const sha256 = (input: string | Uint8Array) => createHash('sha256').update(input).digest('hex')
    return { signer, region: this.endpoint.region, service, now: new Date(this.#clock.now()), sha256 }
  }
}

function errorOf(operation: string, answer: HttpAnswer): ApiError {
  try {
    const error: unknown = JSON.parse(answer.body)
    if (isObject(error)) {
      const code = String(error['__type'] ?? 'UnknownError').replace(/^.*#/, '')
      return new ApiError(operation, answer.status, code, String(error['message'] ?? error['Message'] ?? ''))
    }
  } catch {
    // ssmmessages answers in XML, a proxy in HTML: their text is shown as it is.
  }
  const code = /<Code>(\w{1,100})<\/Code>/.exec(answer.body)?.[1] ?? 'UnknownError'
  return new ApiError(operation, answer.status, code, answer.body.slice(0, 200))
}

function unescapeXml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

function* pairs(flat: readonly string[]): Generator<[string, string]> {
  for (let at = 0; at + 1 < flat.length; at += 2) yield [flat[at] ?? '', flat[at + 1] ?? '']
}
