import { createHash, createHmac } from 'node:crypto'
import {
  type ClientRequest,
  clientCall,
  decodeErrorResponse,
  decodeResponse,
  type InputOf,
  type Operations,
  type OutputOf,
} from '@fairlead/wire/codec'
import { hmacSigner, type RequestSigner, signRequest } from '@fairlead/wire/sigv4'
import { CliError } from '../cli-error.ts'
import type { Credentials } from '../installation/credentials-file.ts'
import { ApiError } from './api-error.ts'
import { type Answer, type Endpoint, exchange } from './exchange.ts'
import { xmlText } from './xml-text.ts'

export interface ApiClientParts {
  readonly endpoint: Endpoint
  readonly region: string
  readonly credentials: Credentials
  now(): Date
}

const limitMs = 30_000

/** The public API of a server, as any AWS client calls it. Throws ApiError for refusals, CliError when nobody answers. */
export class ApiClient {
  readonly #parts: ApiClientParts
  readonly #signer: RequestSigner

  constructor(parts: ApiClientParts) {
    this.#parts = parts
    this.#signer = hmacSigner(parts.credentials, (key, text) => createHmac('sha256', key).update(text).digest())
  }

  get region(): string {
    return this.#parts.region
  }

  /** One operation of Systems Manager. */
  async ssm<O extends keyof Operations['ssm'] & string>(
    operation: O,
    input: InputOf<'ssm', O>,
  ): Promise<OutputOf<'ssm', O>> {
    return this.#json('ssm', operation, input)
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
  ): Promise<OutputOf<'fairlead', O>> {
    return this.#json('fairlead', operation, input)
  }

  /** One operation of IAM. Its answer is XML, to be read with `xmlText`. */
  async iam<O extends keyof Operations['iam'] & string>(operation: O, input: InputOf<'iam', O>): Promise<string> {
    return this.#query('iam', operation, clientCall('iam', operation, input))
  }

  /** The ARN of who these credentials are. */
  async callerArn(): Promise<string> {
    const operation = 'GetCallerIdentity'
    return xmlText(await this.#query('sts', operation, clientCall('sts', operation, {})), 'Arn') ?? ''
  }

  async #json<S extends 'ssm' | 'kms' | 'fairlead', O extends keyof Operations[S] & string>(
    service: S,
    operation: O,
    input: InputOf<S, O>,
  ): Promise<OutputOf<S, O>> {
    const answer = await this.#send(service, clientCall(service, operation, input))
    if (answer.status !== 200) {
      const { code, message } = decodeErrorResponse(answer.body)
      throw new ApiError(operation, answer.status, code || 'UnknownError', message)
    }
    return decodeResponse(service, operation, answer.body)
  }

  async #query(service: string, operation: string, request: ClientRequest): Promise<string> {
    const answer = await this.#send(service, request)
    const xml = answer.body.toString('utf8')
    if (answer.status === 200) return xml
    throw new ApiError(operation, answer.status, xmlText(xml, 'Code') ?? 'UnknownError', xmlText(xml, 'Message') ?? '')
  }

  async #send(service: string, { headers, body }: ClientRequest): Promise<Answer> {
    const { endpoint, region, now } = this.#parts
    const rawHeaders = ['Host', new URL(endpoint.url).host, ...Object.entries(headers).flat()]
    const message = { method: 'POST', target: '/', rawHeaders, body } as const
    const added = signRequest(message, body, { signer: this.#signer, region, service, now: now(), sha256 })
    try {
      return await exchange(endpoint, { ...message, rawHeaders: [...rawHeaders, ...added] }, limitMs)
    } catch (cause) {
      throw new CliError(`The server at ${endpoint.url} does not answer.`, { cause })
    }
  }
}

function sha256(input: string | Uint8Array): string {
  return createHash('sha256').update(input).digest('hex')
}
