import { createHash, randomUUID } from 'node:crypto'
import {
  type AgentJob,
  decodeAgentJob,
  decodeAgentJobReplyAck,
  encodeAgentJobAck,
  encodeAgentJobReply,
  encodeAgentTaskComplete,
  encodeOpenControlChannel,
  type OpenControlChannel,
  type RefusalCode,
} from '@fairlead/wire/control-message'
import { decodeFrame, encodeFrame, type Frame } from '@fairlead/wire/frame'
import type { WebSocket } from 'ws'
import { elementOf } from './api-client.ts'
import { eventually } from './eventually.ts'
import type { Given } from './given.ts'
import type { NodeMachine } from './node-machine.ts'
import { reportsOf, type SimulatedOutcome, success } from './simulated-reports.ts'
import { upgradeAs } from './upgrade-as.ts'
import { within } from './within.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const limits = { maxBytes: 4 * 1024 * 1024, sha256 }

export interface Job extends AgentJob {
  readonly messageId: string
}

/** The token of a new control channel, as CreateControlChannel answers it. Throws its answer when it is refused. */
export async function channelToken(node: Pick<NodeMachine, 'nodeId' | 'client'>): Promise<string> {
  const client = await node.client()
  const answer = await client.send({
    service: 'ssmmessages',
    method: 'POST',
    target: `/v1/control-channel/${node.nodeId}`,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ MessageSchemaVersion: '1.0', RequestId: randomUUID() })),
  })
  if (answer.status !== 201) throw new Error(`${answer.status}: ${answer.body}`)
  return elementOf(answer.body.toString(), 'TokenValue') ?? ''
}

/** A frame as an agent writes it. */
export function frameOf(
  messageType: string,
  payload: Uint8Array | object,
  messageId: string = randomUUID(),
): Uint8Array {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload))
  const rest = { schemaVersion: 1, createdDate: Date.now(), sequenceNumber: 0, flags: 0, payloadType: 0 }
  return encodeFrame({ messageType, messageId, payload: bytes, ...rest }, sha256)
}

export interface ChannelEnd {
  readonly code: number
  readonly reason: string
}

/** The node's end of one control channel, for tests that look at every frame: it does nothing by itself. */
export class ChannelPeer {
  readonly socket: WebSocket
  readonly nodeId: string
  /** What has come in and was not taken yet, in its order. */
  readonly inbox: Frame[] = []
  readonly #end: Promise<ChannelEnd>
  #pongs = 0
  #pings = 0

  constructor(nodeId: string, socket: WebSocket) {
    this.nodeId = nodeId
    this.socket = socket
    socket.on('error', () => undefined) // 'close' follows
    socket.on('message', (bytes) => this.inbox.push(decodeFrame(bytes as Buffer, limits)))
    socket.on('pong', () => this.#pongs++)
    this.#end = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
  }

  /** A websocket that the server has accepted and that has not shown its token. */
  static async upgrade(
    { url }: Pick<Given, 'url'>,
    node: NodeMachine,
    now: () => Date = () => new Date(),
  ): Promise<ChannelPeer> {
    const credentials = await node.credentials()
    return new ChannelPeer(node.nodeId, await upgradeAs({ url, nodeId: node.nodeId, credentials, now: now() }))
  }

  /** An open channel: its token was good. */
  static async open(given: Pick<Given, 'url'>, node: NodeMachine, now?: () => Date): Promise<ChannelPeer> {
    const token = await channelToken(node)
    const peer = await ChannelPeer.upgrade(given, node, now)
    peer.showToken(token)
    await peer.settle()
    return peer
  }

  /** Resolves when the channel has ended; rejects when it does not within ten seconds of being asked. */
  get closed(): Promise<ChannelEnd> {
    return within(this.#end, `the end of the channel of ${this.nodeId}`)
  }

  showToken(token: string, more: Pick<OpenControlChannel, 'keepsSessionLogs' | 'sendsLiveOutput'> = {}): void {
    const opening = { requestId: randomUUID(), token, agentVersion: '3.2.2303.0', platformType: 'linux', ...more }
    this.socket.send(encodeOpenControlChannel(opening))
  }

  /** Resolves when the server has read everything that was sent so far. */
  async settle(): Promise<void> {
    const awaited = ++this.#pings
    this.socket.ping()
    await eventually(() => (this.#pongs >= awaited ? true : undefined), 'a pong')
  }

  /** Takes the next frame of a type. */
  async take(messageType: string): Promise<Frame> {
    return await eventually(() => {
      const at = this.inbox.findIndex((frame) => frame.messageType === messageType)
      return at === -1 ? undefined : this.inbox.splice(at, 1)[0]
    }, `a frame ${messageType}`)
  }

  async takeJob(): Promise<Job> {
    const { messageId, payload } = await this.take('agent_job')
    return { ...decodeAgentJob(payload), messageId }
  }

  /** Takes an acknowledgement and answers which message it acknowledges. */
  async takeReplyAck(): Promise<string> {
    return decodeAgentJobReplyAck((await this.take('agent_job_reply_ack')).payload).acknowledgedMessageId
  }

  acknowledge(job: Job, statusCode: '200' | RefusalCode = '200'): void {
    const { commandId, nodeId, messageId } = job
    const payload = encodeAgentJobAck({ commandId, nodeId, acknowledgedMessageId: messageId, statusCode })
    this.socket.send(frameOf('agent_job_ack', payload))
  }

  /** Says that a session has ended; answers the message id. */
  endSession(sessionId: string, messageId: string = randomUUID()): string {
    const logs = { s3Bucket: '', s3UrlSuffix: '', logGroup: '', logStream: '' }
    const end = { finalTaskStatus: 'Success', isRoutingFailure: false, output: '', retryNumber: 1 }
    const task = { sessionId, topic: 'agent_task_complete', nodeId: this.nodeId, ...end, ...logs } as const
    this.socket.send(frameOf('agent_task_complete', encodeAgentTaskComplete(task), messageId))
    return messageId
  }

  /** Sends the last report on a command; answers the message id. */
  reply(
    job: Pick<AgentJob, 'commandId' | 'nodeId'>,
    outcome: SimulatedOutcome = success,
    messageId: string = randomUUID(),
  ): string {
    const { commandId, nodeId } = job
    const step = { name: 'runShellScript', plugin: 'aws:runShellScript' }
    const [, , content] = reportsOf(step, outcome, new Date())
    if (content === undefined) throw new Error('there is no last report')
    const payload = encodeAgentJobReply({ commandId, nodeId, kind: 'sendCommand', content })
    this.socket.send(frameOf('agent_job_reply', payload, messageId))
    return messageId
  }
}
