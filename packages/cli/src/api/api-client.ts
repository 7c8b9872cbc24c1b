import { createHash, createHmac } from 'node:crypto'
import type { ClientRequest } from '@fairlead/wire/client-request'
import { decodeErrorResponse } from '@fairlead/wire/decode-error'
import type { InputOf, Operations, OutputOf } from '@fairlead/wire/model/operations'
import { type ClientServiceId, type ServiceClient, serviceClient } from '@fairlead/wire/service-client'
import { hmacSigner, type RequestSigner, signRequest } from '@fairlead/wire/sigv4'
import type { Credentials } from '../installation/credentials-file.ts'
import { ApiError } from './api-error.ts'
import { type Answer, type Endpoint, exchange } from './exchange.ts'
import { NoAnswer } from './no-answer.ts'
import { xmlText } from './xml-text.ts'

export interface ApiClientParts {
  readonly endpoint: Endpoint
  readonly region: string
  readonly credentials: Credentials
  now(): Date
}

const limitMs = 30_000

interface More {
  readonly headers?: Readonly<Record<string, string>>
  /** Ends the call when nobody wants the answer any more. */
  readonly signal?: AbortSignal
}

/** The public API of a server, as any AWS client calls it. Throws ApiError for refusals, CliError when nobody answers. */
export class ApiClient {
  readonly #parts: ApiClientParts
  readonly #signer: RequestSigner
  readonly #clients = new Map<ClientServiceId, Promise<unknown>>()

  constructor(parts: ApiClientParts) {
    this.#parts = parts
    this.#signer = hmacSigner(parts.credentials, (key, text) => createHmac('sha256', key).update(text).digest())
  }

  get region(): string {
    return this.#parts.region
  }

  /** One operation of Systems Manager, until `signal` says that nobody wants the answer any more. */
  async ssm<O extends keyof Operations['ssm'] & string>(
    operation: O,
    input: InputOf<'ssm', O>,
    signal?: AbortSignal,
  ): Promise<OutputOf<'ssm', O>> {
    return this.#json('ssm', operation, input, signal === undefined ? {} : { signal })
  }

  /**
   * What an operation of Systems Manager would do (decision 14), as JSON that the caller reads. Undefined when the server knows
   * nothing of this: then it has done it, with the answer that `done` is told.
   */
  async rehearse<O extends 'SendCommand'>(
    operation: O,
    input: InputOf<'ssm', O>,
    done: (answer: OutputOf<'ssm', O>) => void,
  ): Promise<unknown> {
    const body = await this.#answered('ssm', operation, input, { headers: { 'x-fairlead-dry-run': '1' } })
    const { DryRun } = Object(JSON.parse(body.toString('utf8'))) as { DryRun?: unknown }
    if (DryRun === undefined) done((await this.#client('ssm')).output(operation, body))
    return DryRun
  }

  /** One operation of KMS. */
  async kms<O extends keyof Operations['kms'] & string>(
    operation: O,
    input: InputOf<'kms', O>,
  ): Promise<OutputOf<'kms', O>> {
    return this.#json('kms', operation, input)
  }

  /** One operation of what AWS has none for. */
  async fairlead<O extends keyof Operations['fairlead'] & string>(
    operation: O,
    input: InputOf<'fairlead', O>,
    signal?: AbortSignal,
  ): Promise<OutputOf<'fairlead', O>> {
    return this.#json('fairlead', operation, input, signal === undefined ? {} : { signal })
  }

  /** One operation of IAM. Its answer is XML, to be read with `xmlText`. */
  async iam<O extends keyof Operations['iam'] & string>(operation: O, input: InputOf<'iam', O>): Promise<string> {
    return this.#query('iam', operation, (await this.#client('iam')).request(operation, input))
  }

  /** The ARN of who these credentials are. */
  async callerArn(): Promise<string> {
    const operation = 'GetCallerIdentity'
    const request = (await this.#client('sts')).request(operation, {})
    return xmlText(await this.#query('sts', operation, request), 'Arn') ?? ''
  }

  async #json<S extends 'ssm' | 'kms' | 'fairlead', O extends keyof Operations[S] & string>(
    service: S,
    operation: O,
    input: InputOf<S, O>,
    more: More = {},
  ): Promise<OutputOf<S, O>> {
    const body = await this.#answered(service, operation, input, more)
    return (await this.#client(service)).output(operation, body)
  }

  async #answered<S extends 'ssm' | 'kms' | 'fairlead', O extends keyof Operations[S] & string>(
    service: S,
    operation: O,
    input: InputOf<S, O>,
    more: More,
  ): Promise<Buffer> {
    const request = (await this.#client(service)).request(operation, input)
    const answer = await this.#send(service, request, more)
    if (answer.status === 200) return answer.body
    const { code, message } = decodeErrorResponse(answer.body)
    throw new ApiError(operation, answer.status, code || 'UnknownError', message, answer.requestId)
  }

  /** Loaded when a service is first asked: tables are large, and most of a short command's time. */
  #client<S extends ClientServiceId>(service: S): Promise<ServiceClient<S>> {
    const known = this.#clients.get(service) as Promise<ServiceClient<S>> | undefined
    const client = known ?? serviceClient(service)
    this.#clients.set(service, client)
    return client
  }

  async #query(service: string, operation: string, request: ClientRequest): Promise<string> {
    const answer = await this.#send(service, request)
    const xml = answer.body.toString('utf8')
    if (answer.status === 200) return xml
    const [code = 'UnknownError', message = ''] = [xmlText(xml, 'Code'), xmlText(xml, 'Message')]
    throw new ApiError(operation, answer.status, code, message, answer.requestId)
  }

  async #send(service: string, { headers, body }: ClientRequest, more: More = {}): Promise<Answer> {
    const { endpoint, region, now } = this.#parts
    const all = { Host: new URL(endpoint.url).host, ...headers, ...more.headers }
    const rawHeaders = Object.entries(all).flat()
    const message = { method: 'POST', target: '/', rawHeaders, body } as const
    const added = signRequest(message, body, { signer: this.#signer, region, service, now: now(), sha256 })
    try {
      return await exchange(endpoint, { ...message, rawHeaders: [...rawHeaders, ...added] }, limitMs, more.signal)
    } catch (cause) {
      more.signal?.throwIfAborted()
      throw new NoAnswer(`The server at ${endpoint.url} does not answer.`, { cause })
    }
  }
}

function sha256(input: string | Uint8Array): string {
  return createHash('sha256').update(input).digest('hex')
}
