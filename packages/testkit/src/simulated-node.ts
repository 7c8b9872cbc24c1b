import { constants, createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type Agent, request as httpRequest } from 'node:http'
import {
  clientCall,
  decodeErrorResponse,
  decodeResponse,
  type InputOf,
  type Operations,
  type OutputOf,
} from '@fairlead/wire/codec'
import { hmacSigner, type RequestSigner, signRequest } from '@fairlead/wire/sigv4'
import { ApiError, elementOf } from './api-client.ts'
import { within } from './within.ts'

/** Where the control plane is. One `connections` for many nodes keeps the number of sockets low. */
export interface ControlPlaneAddress {
  /** `http://127.0.0.1:7070` */
  readonly url: string
  readonly region: string
  readonly connections?: Agent
}

/** RSA of 2,048 bits, the kind that registration wants. Making one takes some 100 ms, so many nodes may share one. */
export interface NodeKeyPair {
  readonly privateKey: KeyObject
  /** SubjectPublicKeyInfo, DER, base64. */
  readonly publicKey: string
}

/** What a node keeps of its registration: enough to come back as the same node. */
export interface NodeIdentity {
  readonly nodeId: string
  readonly fingerprint: string
  readonly keys: NodeKeyPair
}

export function makeNodeKeyPair(): NodeKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }
}

const sha256Hex = (input: string | Uint8Array) => createHash('sha256').update(input).digest('hex')

/**
 * The service calls of a node, as an agent makes them: it registers with an activation, asks for its role's keys with its
 * own RSA key, and signs everything else with those. Errors of the API are ApiErrors.
 */
export class SimulatedNode {
  readonly identity: NodeIdentity
  readonly #address: ControlPlaneAddress
  readonly #now: () => Date
  #roleSigner: RequestSigner | undefined

  constructor(address: ControlPlaneAddress, identity: NodeIdentity, now: () => Date = () => new Date()) {
    this.#address = address
    this.identity = identity
    this.#now = now
  }

  static async register(
    address: ControlPlaneAddress,
    activation: { readonly id: string; readonly code: string },
    keys: NodeKeyPair,
    fingerprint: string,
  ): Promise<SimulatedNode> {
    const { headers, body } = clientCall('ssm', 'RegisterManagedInstance', {
      ActivationId: activation.id,
      ActivationCode: activation.code,
      Fingerprint: fingerprint,
      PublicKey: keys.publicKey,
      PublicKeyType: 'Rsa',
    })
    const answer = await post(address, '/', { host: new URL(address.url).host, ...headers }, body)
    if (answer.status !== 200) throw apiError(answer)
    const { InstanceId: nodeId } = decodeResponse('ssm', 'RegisterManagedInstance', answer.body)
    return new SimulatedNode(address, { nodeId, fingerprint, keys })
  }

  get nodeId(): string {
    return this.identity.nodeId
  }

  /** New keys of the role; `call` asks for the first ones by itself. */
  async refreshRoleKeys(): Promise<void> {
    const input = { Fingerprint: this.identity.fingerprint }
    const token = await this.#call('RequestManagedInstanceRoleToken', input, this.#keySigner())
    this.#roleSigner = hmacSigner(
      {
        accessKeyId: token.AccessKeyId,
        secretAccessKey: token.SecretAccessKey,
        sessionToken: token.SessionToken,
      },
      (key, text) => createHmac('sha256', key).update(text).digest(),
    )
  }

  /** The next call asks for new ones. */
  forgetRoleKeys(): void {
    this.#roleSigner = undefined
  }

  /** Any operation of ssm, signed with the role's keys. */
  async call<O extends keyof Operations['ssm'] & string>(
    operation: O,
    input: InputOf<'ssm', O>,
  ): Promise<OutputOf<'ssm', O>> {
    return this.#call(operation, input, await this.signer())
  }

  /** Says that it lives and what it runs, as agents do when they start. */
  async reportHealth(ComputerName = `${this.nodeId}.example.com`): Promise<void> {
    await this.call('UpdateInstanceInformation', {
      InstanceId: this.nodeId,
      AgentName: 'amazon-ssm-agent',
      AgentVersion: '3.2.2303.0',
      AgentStatus: 'Active',
      ComputerName,
      IPAddress: '192.0.2.1',
      PlatformName: 'Debian GNU/Linux',
      PlatformType: 'Linux',
      PlatformVersion: '12',
      SSMConnectionChannel: 'ssmmessages',
    })
  }

  /** The token that the first frame of a control channel shows. */
  async createControlChannel(requestId: string): Promise<string> {
    const path = `/v1/control-channel/${this.nodeId}`
    const body = Buffer.from(JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: requestId }))
    const headers = { 'content-type': 'application/json' }
    const answer = await this.#send(path, headers, body, await this.signer(), 'ssmmessages')
    const text = answer.body.toString()
    const token = elementOf(text, 'TokenValue')
    if (answer.status === 201 && token !== undefined) return token
    throw new ApiError(elementOf(text, 'Code') ?? '', elementOf(text, 'Message') ?? text, answer.status)
  }

  /** URL and signed headers of the websocket's opening request. */
  async channelOpening(): Promise<{ readonly url: URL; readonly headers: Readonly<Record<string, string>> }> {
    const target = `/v1/control-channel/${this.nodeId}?role=subscribe&stream=input`
    const url = new URL(target, this.#address.url)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    const request = { method: 'GET', target, rawHeaders: ['Host', url.host] }
    return { url, headers: record(this.#sign(request, '', await this.signer(), 'ssmmessages')) }
  }

  async #call<O extends keyof Operations['ssm'] & string>(
    operation: O,
    input: InputOf<'ssm', O>,
    signer: RequestSigner,
  ): Promise<OutputOf<'ssm', O>> {
    const { headers, body } = clientCall('ssm', operation, input)
    const answer = await this.#send('/', headers, body, signer, 'ssm')
    if (answer.status !== 200) throw apiError(answer)
    return decodeResponse('ssm', operation, answer.body)
  }

  #send(
    target: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signer: RequestSigner,
    service: string,
  ): Promise<Answer> {
    const sent = { host: new URL(this.#address.url).host, ...headers }
    const request = { method: 'POST', target, rawHeaders: Object.entries(sent).flat() }
    return post(this.#address, target, { ...sent, ...record(this.#sign(request, body, signer, service)) }, body)
  }

  #sign(
    request: { readonly method: string; readonly target: string; readonly rawHeaders: readonly string[] },
    body: string | Uint8Array,
    signer: RequestSigner,
    service: string,
  ): readonly string[] {
    return signRequest(request, body, {
      signer,
      region: this.#address.region,
      service,
      now: this.#now(),
      sha256: sha256Hex,
    })
  }

  /** What signs with the role's keys; they are asked for when there are none. */
  async signer(): Promise<RequestSigner> {
    if (this.#roleSigner === undefined) await this.refreshRoleKeys()
    if (this.#roleSigner === undefined) throw new Error(`${this.nodeId} has no keys of its role`)
    return this.#roleSigner
  }

  /** RSASSA-PSS with SHA-256 and a salt of 32 bytes, base64, as agents sign before they have keys of the role. */
  #keySigner(): RequestSigner {
    const { nodeId, keys } = this.identity
    const key = { key: keys.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    return { accessKeyId: nodeId, sign: (text) => sign('sha256', Buffer.from(text), key).toString('base64') }
  }
}

interface Answer {
  readonly status: number
  readonly body: Buffer
}

async function post(
  { url, connections }: ControlPlaneAddress,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Promise<Answer> {
  const waiting = new AbortController()
  const answer = new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const { signal } = waiting
    const options = { host: hostname, port, method: 'POST', path, headers: { ...headers }, signal }
    const sent = httpRequest({ ...options, agent: connections ?? false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
  // A fleet of thousands registers over a few connections, and the last one waits for all the others.
  try {
    return await within(answer, `an answer to POST ${path}`, 60_000)
  } catch (error) {
    waiting.abort() // what nobody waits for any more must not keep one of them
    throw error
  }
}

function apiError({ status, body }: Answer): ApiError {
  const { code, message } = decodeErrorResponse(body)
  return new ApiError(code, message, status)
}

function record(flat: readonly string[]): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (let at = 0; at + 1 < flat.length; at += 2) headers[flat[at] ?? ''] = flat[at + 1] ?? ''
  return headers
}
