import { createHash, randomUUID } from 'node:crypto'
import {
  type AgentJob,
  accepted,
  decodeAgentJob,
  decodeAgentJobReplyAck,
  decodeCancelContent,
  encodeAgentJobAck,
  encodeAgentJobReply,
  encodeOpenControlChannel,
  type MessageFromAgent,
  type RefusalCode,
  type ReplyContent,
} from '@fairlead/wire/control-message'
import { decodeFrame, encodeFrame } from '@fairlead/wire/frame'
import { WebSocket } from 'ws'
import type { SimulatedNode } from './simulated-node.ts'
import { reportsOf, type SimulatedOutcome, stepOf, success } from './simulated-reports.ts'
import { within } from './within.ts'

export type Verdict = typeof accepted | RefusalCode

/** How a simulated agent behaves; what is left out is as a good agent does it. */
export interface AgentBehaviour {
  /** What is said to a job at once; undefined says nothing, as if the acknowledgement were lost. */
  readonly verdict?: (job: AgentJob, agent: SimulatedAgent) => Verdict | undefined
  /** How an accepted command ends; undefined reports nothing, so that the test reports by itself. */
  readonly outcome?: (job: AgentJob) => SimulatedOutcome | undefined
  /** The whole payloads of the replies to an accepted command, in place of those that `outcome` makes. */
  readonly payloads?: (job: AgentJob) => readonly Uint8Array[]
  /** Holds an acknowledgement or a reply back until it resolves. */
  readonly before?: (what: 'ack' | 'reply', job: AgentJob) => Promise<void> | undefined
  /** Every job that comes in, repeats included. */
  readonly onJob?: (job: AgentJob) => void
  /** The server has written a reply down. */
  readonly onReplyAck?: (reply: SentReply) => void
  readonly onClosed?: (code: number, reason: string) => void
}

export interface SentReply {
  readonly job: AgentJob
  readonly messageId: string
  /** How many replies to this job were sent before it. */
  readonly index: number
  /** No reply to this job comes after it, as far as `outcome` and `payloads` go. */
  readonly isLast: boolean
  readonly payload: Uint8Array
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const longestFrame = 4 * 1024 * 1024

/**
 * An agent without a machine: it speaks the frames of Amazon's agent on a real websocket, and where that would run a script
 * it reports what it was told to. It remembers commands and unacknowledged replies over reconnections, as an agent does on
 * disk: a command that comes again is a duplicate (51405), and `resend` repeats replies under the same message ids.
 * It does not come back by itself when its channel is closed: that is for `onClosed`.
 */
export class SimulatedAgent {
  readonly node: SimulatedNode
  behaviour: AgentBehaviour
  /** Commands in the order in which they were first accepted. */
  readonly accepted: AgentJob[] = []
  /** Commands that the server asked to cancel. */
  readonly cancelled: string[] = []
  readonly #seen = new Set<string>()
  readonly #unacknowledged = new Map<string, SentReply>()
  #socket: WebSocket | undefined

  constructor(node: SimulatedNode, behaviour: AgentBehaviour = {}) {
    this.node = node
    this.behaviour = behaviour
  }

  get isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }

  /** Replies that the server has not acknowledged. */
  get unacknowledged(): readonly SentReply[] {
    return [...this.#unacknowledged.values()]
  }

  /** Opens the control channel. Resolves when the token has been sent; the server has no answer to that. */
  async connect(): Promise<void> {
    const token = await this.node.createControlChannel(randomUUID())
    const { url, headers } = await this.node.channelOpening()
    const socket = new WebSocket(url, { headers, perMessageDeflate: false, maxPayload: longestFrame })
    const opened = new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    socket.on('error', () => undefined) // 'close' follows
    try {
      await within(opened, `the control channel of ${this.node.nodeId} is open`)
    } catch (error) {
      socket.terminate() // or it would be open later, with nobody at it
      throw error
    }
    socket.on('message', (bytes, isBinary) => {
      if (isBinary && bytes instanceof Buffer) this.#receive(bytes)
    })
    socket.on('close', (code, reason) => {
      if (this.#socket === socket) this.#socket = undefined
      this.behaviour.onClosed?.(code, reason.toString())
    })
    this.#socket = socket
    const opening = { requestId: randomUUID(), token, agentVersion: '3.2.2303.0', platformType: 'linux' }
    socket.send(encodeOpenControlChannel(opening))
  }

  /** Closes the channel politely and waits until it is closed. */
  async disconnect(): Promise<void> {
    const socket = this.#socket
    if (socket === undefined) return
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.close(1000)
    await within(closed, `the control channel of ${this.node.nodeId} is closed`)
  }

  /** Cuts the connection without a word, as a lost machine does. */
  cut(): void {
    this.#socket?.terminate()
    this.#socket = undefined
  }

  /** Repeats every reply that was not acknowledged. */
  resend(): void {
    for (const { messageId, payload } of this.#unacknowledged.values()) {
      this.sendFrame('agent_job_reply', payload, messageId)
    }
  }

  acknowledge(job: AgentJob & { readonly messageId: string }, statusCode: Verdict): void {
    const { commandId, nodeId, messageId } = job
    const payload = encodeAgentJobAck({ commandId, nodeId, acknowledgedMessageId: messageId, statusCode })
    this.sendFrame('agent_job_ack', payload)
  }

  /** Sends one report on a command; it is kept until the server acknowledges it. */
  report(job: AgentJob, content: ReplyContent): SentReply {
    const { commandId, nodeId, kind } = job
    return this.#reply(job, encodeAgentJobReply({ commandId, nodeId, kind, content }), 0, true)
  }

  sendFrame(messageType: MessageFromAgent, payload: Uint8Array, messageId: string = randomUUID()): void {
    const rest = { schemaVersion: 1, createdDate: Date.now(), sequenceNumber: 0, flags: 0, payloadType: 0 }
    this.sendBytes(encodeFrame({ messageType, messageId, payload, ...rest }, sha256))
  }

  /** Sends what no agent would; nothing is sent when there is no connection. */
  sendBytes(bytes: Uint8Array): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes)
  }

  #receive(bytes: Buffer): void {
    const frame = decodeFrame(bytes, { maxBytes: longestFrame, sha256 })
    if (frame.messageType === 'agent_job_reply_ack') {
      const { acknowledgedMessageId } = decodeAgentJobReplyAck(frame.payload)
      const reply = this.#unacknowledged.get(acknowledgedMessageId)
      this.#unacknowledged.delete(acknowledgedMessageId)
      if (reply !== undefined) this.behaviour.onReplyAck?.(reply)
    } else if (frame.messageType === 'agent_job') {
      void this.#take({ ...decodeAgentJob(frame.payload), messageId: frame.messageId })
    }
  }

  async #take(job: AgentJob & { readonly messageId: string }): Promise<void> {
    const { behaviour } = this
    behaviour.onJob?.(job)
    const isNew = !this.#seen.has(job.commandId)
    const verdict = behaviour.verdict === undefined ? accepted : behaviour.verdict(job, this)
    const held = behaviour.before?.('ack', job)
    if (held !== undefined) await held
    const takes = isNew && (verdict === accepted || verdict === undefined)
    if (takes) this.#seen.add(job.commandId)
    if (verdict !== undefined) this.acknowledge(job, verdict === accepted && !isNew ? '51405' : verdict)
    if (!takes) return
    if (job.kind === 'cancelCommand') this.cancelled.push(decodeCancelContent(job.content).commandId)
    else await this.#run(job)
  }

  async #run(job: AgentJob): Promise<void> {
    this.accepted.push(job)
    const payloads = this.#payloads(job)
    for (const [index, payload] of payloads.entries()) {
      const held = this.behaviour.before?.('reply', job)
      if (held !== undefined) await held
      this.#reply(job, payload, index, index === payloads.length - 1)
    }
  }

  #payloads(job: AgentJob): readonly Uint8Array[] {
    if (this.behaviour.payloads !== undefined) return this.behaviour.payloads(job)
    const outcome = this.behaviour.outcome === undefined ? success : this.behaviour.outcome(job)
    if (outcome === undefined) return []
    return reportsOf(stepOf(job), outcome, new Date()).map((content) => encodeAgentJobReply({ ...job, content }))
  }

  #reply(job: AgentJob, payload: Uint8Array, index: number, isLast: boolean): SentReply {
    const reply = { job, messageId: randomUUID(), index, isLast, payload }
    this.#unacknowledged.set(reply.messageId, reply)
    this.sendFrame('agent_job_reply', payload, reply.messageId)
    return reply
  }
}
