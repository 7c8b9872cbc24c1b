import { constants, createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { clientCall, decodeErrorResponse, decodeResponse, type InputOf, type OutputOf } from '@fairlead/wire/codec'
import { signRequest } from '@fairlead/wire/sigv4'
import { type ApiClient, ApiError, type Credentials } from './api-client.ts'
import { type Given, region } from './given.ts'

export interface KeyPair {
  readonly privateKey: string
  readonly publicKey: string
}

/** What only a node asks for, with its own key. */
export type NodeKeyOperation = 'RequestManagedInstanceRoleToken' | 'UpdateManagedInstancePublicKey'

export interface Activated {
  readonly ActivationId: string
  readonly ActivationCode: string
}

/** The trust policy of a role that nodes can have. */
export const nodeTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

/** Makes a role that lets nodes do what nodes do, unless it is there already. Answers its name. */
export async function nodeRole({ root }: Pick<Given, 'root'>, RoleName = 'nodes'): Promise<string> {
  try {
    await root.query('iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument: nodeTrust })
  } catch (error) {
    if (error instanceof ApiError && error.code === 'EntityAlreadyExists') return RoleName
    throw error
  }
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore'
  await root.query('iam', 'AttachRolePolicy', { RoleName, PolicyArn })
  return RoleName
}

export async function activate(
  given: Pick<Given, 'root'>,
  input: Partial<InputOf<'ssm', 'CreateActivation'>> = {},
): Promise<Activated> {
  const IamRole = input.IamRole ?? (await nodeRole(given))
  const { ActivationId = '', ActivationCode = '' } = await given.root.call('ssm', 'CreateActivation', {
    ...input,
    IamRole,
  })
  return { ActivationId, ActivationCode }
}

/** Making a key takes long, and most tests do not care whether two nodes have the same. */
export const someKeys: KeyPair = newKeys()

export function newKeys(modulusLength = 2048): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  }
}

/** What a node needs of its server. */
export type NodeServer = Pick<Given, 'url' | 'client' | 'root'>

/** A machine that has become a managed node: it has an id, a key of its own, and speaks for itself. */
export class NodeMachine {
  readonly nodeId: string
  readonly fingerprint: string
  /** Tests that rotate keys put another pair here. */
  keys: KeyPair
  readonly #given: NodeServer
  readonly #now: () => Date

  private constructor(
    given: NodeServer,
    options: { nodeId: string; fingerprint: string; keys: KeyPair; now: () => Date },
  ) {
    this.#given = given
    this.nodeId = options.nodeId
    this.fingerprint = options.fingerprint
    this.keys = options.keys
    this.#now = options.now
  }

  /** Registers a new node, with an activation of its own unless one is given. */
  static async register(
    given: NodeServer,
    options: {
      readonly activation?: Activated
      readonly tags?: Readonly<Record<string, string>>
      readonly keys?: KeyPair
      readonly now?: () => Date
    } = {},
  ): Promise<NodeMachine> {
    const { tags = {}, keys = someKeys, now = () => new Date() } = options
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
    const activation = options.activation ?? (await activate(given, { Tags }))
    const fingerprint = randomUUID()
    const { InstanceId: nodeId } = await given.client(undefined).call('ssm', 'RegisterManagedInstance', {
      ...activation,
      Fingerprint: fingerprint,
      PublicKey: keys.publicKey,
      PublicKeyType: 'Rsa',
    })
    return new NodeMachine(given, { nodeId, fingerprint, keys, now })
  }

  /** The same node, speaking to another server: one that was started again. */
  on(given: NodeServer): NodeMachine {
    const { nodeId, fingerprint, keys } = this
    return new NodeMachine(given, { nodeId, fingerprint, keys, now: this.#now })
  }

  /** Calls an operation with the node's own key. */
  async callWithKey<O extends NodeKeyOperation>(
    operation: O,
    input: InputOf<'ssm', O>,
    keys = this.keys,
  ): Promise<OutputOf<'ssm', O>> {
    const { url, client } = this.#given
    const { headers, body } = clientCall('ssm', operation, input)
    const sent: Record<string, string> = { host: new URL(url).host, ...headers }
    const added = signRequest({ method: 'POST', target: '/', rawHeaders: Object.entries(sent).flat() }, body, {
      signer: { accessKeyId: this.nodeId, sign: (text) => signPss(keys.privateKey, text) },
      region,
      service: 'ssm',
      now: this.#now(),
      sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    })
    for (let at = 0; at + 1 < added.length; at += 2) sent[added[at] ?? ''] = added[at + 1] ?? ''
    const answer = await client(undefined).send({ service: 'ssm', headers: sent, body })
    if (answer.status === 200) return decodeResponse('ssm', operation, answer.body)
    const { code, message } = decodeErrorResponse(answer.body)
    throw new ApiError(code, message, answer.status)
  }

  /** Keys of the node's role, asked for with the node's own key. */
  async credentials(): Promise<Credentials> {
    const { fingerprint: Fingerprint } = this
    const token = await this.callWithKey('RequestManagedInstanceRoleToken', { Fingerprint })
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = token
    return { accessKeyId, secretAccessKey, sessionToken }
  }

  /** A client that speaks for the node with its role. */
  async client(): Promise<ApiClient> {
    return this.#given.client(await this.credentials())
  }

  /** Pings once, as an agent does. */
  async report(more: Partial<InputOf<'ssm', 'UpdateInstanceInformation'>> = {}): Promise<void> {
    const client = await this.client()
    await client.call('ssm', 'UpdateInstanceInformation', { ...heartbeat, InstanceId: this.nodeId, ...more })
  }
}

/** What Amazon's agent 3.2 says of a machine, as observed (agent reference, 2). */
const heartbeat = {
  AgentName: 'amazon-ssm-agent',
  AgentStatus: 'Active',
  AgentVersion: '3.2.2303.0',
  AvailabilityZone: '',
  AvailabilityZoneId: '',
  ComputerName: 'vm',
  IPAddress: '192.0.2.2',
  PlatformName: 'Debian GNU/Linux',
  PlatformType: 'Linux',
  PlatformVersion: '12',
  SSMConnectionChannel: 'ssmmessages',
} as const

function signPss(privateKey: string, text: string): string {
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return sign('sha256', Buffer.from(text), { key: privateKey, padding, saltLength: 32 }).toString('base64')
}
