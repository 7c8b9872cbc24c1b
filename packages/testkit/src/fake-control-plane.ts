import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AgentJobAck,
  type AgentJobOutput,
  type AgentJobOutputEnd,
  type AgentJobReply,
  type AgentTaskComplete,
  decodeAgentJobAck,
  decodeAgentJobOutput,
  decodeAgentJobReply,
  decodeAgentTaskComplete,
  decodeOpenControlChannel,
  encodeAgentJob,
  encodeAgentJobReplyAck,
  encodeAgentTaskAcknowledge,
  encodeCancelContent,
  encodeCommandContent,
} from '@fairlead/wire/control-message'
import { decodeFrame, encodeFrame } from '@fairlead/wire/frame'
import type { ParameterValue } from '@fairlead/wire/parameter-value'
import { encodeChannelClosed, encodeInteractiveShell } from '@fairlead/wire/session-message'
import { type WebSocket, WebSocketServer } from 'ws'
import { fakeKeys, signatureFault } from './fake-keys.ts'
import { FakeRelay } from './fake-relay.ts'
import type { FakeSession } from './fake-session.ts'
import { type SessionRequest, sessionContent } from './session-request.ts'

export interface ReceivedReply extends AgentJobReply {
  readonly messageId: string
}

/** A command to send; `steps` are the lines of one aws:runShellScript step each. */
export interface CommandOrder {
  readonly commandId?: string
  readonly steps: readonly (readonly string[])[]
  /** More inputs of each step. */
  readonly inputs?: Readonly<Record<string, unknown>>
  /** In place of a document made of `steps`. */
  readonly document?: Readonly<Record<string, unknown>>
  readonly parameters?: Readonly<Record<string, ParameterValue>>
}

const { accessKeyId, secretAccessKey, sessionToken } = fakeKeys
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

/**
 * The server's side of an agent's protocol on real sockets: it checks signatures and tokens, sends jobs, and remembers
 * what came back. It decides nothing; tests do.
 */
export class FakeControlPlane {
  readonly nodeId = 'mi-0123456789abcdef0'
  readonly activation = { id: randomUUID(), code: 'abcdefghijklmnopqrst' }
  readonly acks: AgentJobAck[] = []
  /** Every agent_job_reply as it came, repeats included. */
  readonly replies: ReceivedReply[] = []
  /** Every agent_job_output as it came. */
  readonly outputs: (AgentJobOutput | AgentJobOutputEnd)[] = []
  /** Every agent_task_complete as it came, repeats included. */
  readonly tasks: AgentTaskComplete[] = []
  readonly taskMessageIds: string[] = []
  /** Every service call, with its input. */
  readonly calls: { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[] = []
  /** Requests and first frames that were not signed as they should be. */
  readonly faults: string[] = []
  /** Set to false to leave replies unacknowledged. */
  acknowledges = true
  /** Set to have every service call fail with this code. */
  refusal: string | undefined
  /** What KMS makes of a Decrypt; undefined is a refusal. */
  decrypts: (input: Readonly<Record<string, unknown>>) => Uint8Array | undefined = () => undefined
  /** Answers of service calls that it knows nothing of, by operation; a text is the code of a refusal. */
  readonly answers = new Map<string, (input: Readonly<Record<string, unknown>>) => object | string>()
  /** Seconds. */
  tokenLifetime = 3600
  asksForNewKey = false
  channelsOpened = 0

  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      this.faults.push(String(error))
      response.writeHead(500).end()
    })
  })
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  readonly #tokens = new Set<string>()
  readonly #watchers = new Set<() => void>()
  readonly #relay = new FakeRelay(this.faults, () => this.#notice())
  #publicKey = ''
  #channel: WebSocket | undefined

  /** On a free port of the loopback, or on the port given. */
  async listen(port = 0): Promise<void> {
    this.#server.removeAllListeners('upgrade').on('upgrade', (request, socket, head) => {
      this.#checkSignature(request, '')
      this.#sockets.handleUpgrade(request, socket, head, (channel) => {
        if (isDataChannel(request)) this.#relay.accept(request.url ?? '', channel)
        else this.#open(channel)
      })
    })
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
  }

  get port(): number {
    const address = this.#server.address() as AddressInfo // a TCP server's, once it listens
    return address.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async close(): Promise<void> {
    this.#relay.close()
    await this.goAway()
  }

  /** Drops all connections and is not there until `listen` is called; the clients of sessions stay. */
  async goAway(): Promise<void> {
    this.dropChannel()
    this.#relay.dropAll()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get isConnected(): boolean {
    return this.#channel !== undefined
  }

  /** Cuts the connection without a word. */
  dropChannel(): void {
    this.#channel?.terminate()
    this.#channel = undefined
  }

  /** Returns the command's id. */
  sendCommand(order: CommandOrder): string {
    const commandId = order.commandId ?? randomUUID()
    const mainSteps = order.steps.map((runCommand, index) => ({
      action: 'aws:runShellScript',
      name: `step${index}`,
      inputs: { runCommand, ...order.inputs },
    }))
    const content = encodeCommandContent({
      commandId,
      documentName: 'Test',
      documentContent: order.document ?? { schemaVersion: '2.2', mainSteps },
      parameters: order.parameters ?? {},
      outputS3BucketName: '',
      outputS3KeyPrefix: '',
      cloudWatchLogGroupName: '',
      cloudWatchOutputEnabled: false,
    })
    const job = { commandId, nodeId: this.nodeId, kind: 'sendCommand', region: 'us-east-1', content } as const
    this.sendFrame('agent_job', encodeAgentJob(job))
    return commandId
  }

  cancelCommand(commandId: string): void {
    const { nodeId } = this
    const content = encodeCancelContent({ commandId, nodeId })
    const job = { commandId: randomUUID(), nodeId, kind: 'cancelCommand', region: 'us-east-1', content } as const
    this.sendFrame('agent_job', encodeAgentJob(job))
  }

  /** Has the node begin a session; answers the client's end of it. */
  startSession(request: SessionRequest = {}): FakeSession {
    const session = this.addSession(request)
    this.sendFrame(
      'interactive_shell',
      encodeInteractiveShell({ sessionId: session.sessionId, content: sessionContent(session, request) }),
    )
    return session
  }

  /** Awaits a session that somebody else begins. */
  addSession(request: SessionRequest = {}): FakeSession {
    return this.#relay.add(request)
  }

  /** Sends the order for a session once more. */
  repeatSession(session: FakeSession): void {
    const { sessionId } = session
    this.sendFrame('interactive_shell', encodeInteractiveShell({ sessionId, content: sessionContent(session, {}) }))
  }

  /** Ends a session from the server's side, on the control channel. */
  terminateSession(sessionId: string): void {
    const closed = { messageId: randomUUID(), nodeId: this.nodeId, sessionId, createdDate: new Date() }
    this.sendFrame('channel_closed', encodeChannelClosed(closed))
  }

  /** Has the server know nothing of a session any more. */
  forgetSession(sessionId: string): void {
    this.#relay.forget(sessionId)
  }

  /** What the node says of the end of a session. */
  async endOfSession(sessionId: string): Promise<AgentTaskComplete> {
    return this.until(`the end of ${sessionId}`, () => this.tasks.find((task) => task.sessionId === sessionId))
  }

  sendFrame(messageType: string, payload: Uint8Array): void {
    const createdDate = Date.now()
    const rest = { schemaVersion: 1, sequenceNumber: 0, flags: 0, payloadType: 0 }
    this.sendBytes(encodeFrame({ messageType, createdDate, messageId: randomUUID(), payload, ...rest }, sha256))
  }

  sendBytes(bytes: Uint8Array): void {
    this.#channel?.send(bytes)
  }

  /** The last reply on a command: it has a status that is final. */
  async endOf(commandId: string): Promise<ReceivedReply> {
    return this.until(`the end of ${commandId}`, () =>
      this.replies.find((reply) => reply.commandId === commandId && reply.content.documentStatus !== 'InProgress'),
    )
  }

  async ackOf(commandId: string): Promise<AgentJobAck> {
    return this.until(`the ack of ${commandId}`, () => this.acks.find((ack) => ack.commandId === commandId))
  }

  /** Waits until `find` finds something; it is asked whenever something came in, and every `everyMs` if that is given. */
  until<Found>(what: string, find: () => Found | undefined | false | 0, limitMs = 30_000, everyMs = 0): Promise<Found> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        clearInterval(interval)
        this.#watchers.delete(look)
        act()
      }
      const look = () => {
        try {
          const found = find()
          if (found !== undefined && found !== false && found !== 0) settle(() => resolve(found))
        } catch (error) {
          settle(() => reject(error))
        }
      }
      const timer = setTimeout(() => {
        const faults = this.faults.join('; ') || 'none'
        settle(() => reject(new Error(`${what} did not come within ${limitMs} ms; faults: ${faults}`)))
      }, limitMs)
      const interval = everyMs > 0 ? setInterval(look, everyMs) : undefined
      this.#watchers.add(look)
      look()
    })
  }

  #notice(): void {
    for (const look of this.#watchers) look()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request)
    const input = JSON.parse(body) as Readonly<Record<string, unknown>> // what an agent sends is an object
    const target = request.headers['x-amz-target']
    const operation =
      typeof target === 'string' ? target.replace(/^(?:AmazonSSM|TrentService)\./, '') : channelOperation(request)
    this.calls.push({ operation, input })
    if (this.refusal !== undefined) {
      response.writeHead(400).end(JSON.stringify({ __type: this.refusal, message: 'as the test wants it' }))
    } else if (operation === 'CreateControlChannel') {
      this.#checkSignature(request, body)
      const token = randomUUID()
      this.#tokens.add(token)
      answerToken(response, operation, token)
    } else if (operation === 'CreateDataChannel') {
      this.#checkSignature(request, body)
      const token = this.#relay.issueToken(request.url ?? '')
      if (token === undefined) response.writeHead(400).end('Session is already terminated')
      else answerToken(response, operation, token)
    } else if (operation === 'Decrypt') {
      this.#checkSignature(request, body)
      const plaintext = this.decrypts(input)
      const answer =
        plaintext === undefined
          ? { __type: 'AccessDeniedException', Message: 'the role may not' }
          : { Plaintext: Buffer.from(plaintext).toString('base64') }
      response.writeHead(plaintext === undefined ? 400 : 200).end(JSON.stringify(answer))
    } else {
      if (operation !== 'RegisterManagedInstance') this.#checkSignature(request, body)
      const answer = this.answers.get(operation)?.(input) ?? this.#perform(operation, input)
      const isRefused = typeof answer === 'string'
      response.writeHead(isRefused ? 400 : 200, { 'Content-Type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(isRefused ? { __type: answer, message: 'as the test wants it' } : answer))
    }
    this.#notice()
  }

  #perform(operation: string, input: Readonly<Record<string, unknown>>): unknown {
    if (operation === 'RegisterManagedInstance') {
      this.#publicKey = String(input['PublicKey'])
      return { InstanceId: this.nodeId }
    }
    if (operation === 'UpdateManagedInstancePublicKey') {
      this.#publicKey = String(input['NewPublicKey'])
      this.asksForNewKey = false
      return {}
    }
    if (operation !== 'RequestManagedInstanceRoleToken') return {}
    return {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      TokenExpirationDate: Math.floor(Date.now() / 1000) + this.tokenLifetime,
      UpdateKeyPair: this.asksForNewKey,
    }
  }

  #checkSignature(request: IncomingMessage, body: string): void {
    const fault = signatureFault(request, body, this.#publicKey)
    if (fault !== undefined) this.faults.push(fault)
  }

  #open(channel: WebSocket): void {
    channel.once('message', (text) => {
      const { token } = decodeOpenControlChannel(String(text))
      if (!this.#tokens.delete(token)) this.faults.push('a channel was opened with a token that was not given out')
      this.#channel?.terminate()
      this.#channel = channel
      this.channelsOpened++
      channel.on('message', (bytes) => this.#receive(bytes as Buffer, channel)) // binary, as ws gives it by default
      this.#notice()
    })
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = undefined
      this.#notice()
    })
    channel.on('error', () => undefined)
  }

  #receive(bytes: Buffer, channel: WebSocket): void {
    const frame = decodeFrame(bytes, { maxBytes: 142_000, sha256 })
    if (frame.messageType === 'agent_job_ack') this.acks.push(decodeAgentJobAck(frame.payload))
    if (frame.messageType === 'agent_job_output') this.outputs.push(decodeAgentJobOutput(frame.payload))
    if (frame.messageType === 'agent_task_complete') {
      const task = decodeAgentTaskComplete(frame.payload)
      this.tasks.push(task)
      this.taskMessageIds.push(frame.messageId)
      const { sessionId, topic } = task
      const ack = encodeAgentTaskAcknowledge({ messageId: frame.messageId, sessionId, topic })
      if (this.acknowledges) this.sendFrame('agent_task_acknowledge', ack)
    }
    if (frame.messageType === 'agent_job_reply') {
      const reply = decodeAgentJobReply(frame.payload)
      this.replies.push({ ...reply, messageId: frame.messageId })
      if (this.acknowledges && channel === this.#channel) {
        this.sendFrame(
          'agent_job_reply_ack',
          encodeAgentJobReplyAck({ ...reply, acknowledgedMessageId: frame.messageId }),
        )
      }
    }
    this.#notice()
  }
}

function isDataChannel({ url = '' }: IncomingMessage): boolean {
  return url.startsWith('/v1/data-channel/')
}

function channelOperation(request: IncomingMessage): string {
  return isDataChannel(request) ? 'CreateDataChannel' : 'CreateControlChannel'
}

function answerToken(response: ServerResponse, operation: string, token: string): void {
  const xml = `<${operation}Response><TokenValue>${token}</TokenValue></${operation}Response>`
  response.writeHead(201, { 'Content-Type': 'application/xml' }).end(xml)
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer) // a stream without an encoding
  return Buffer.concat(chunks).toString()
}
