import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  decodeAgentJobAck,
  decodeAgentJobReply,
  decodeAgentTaskComplete,
  decodeJobId,
  encodeAgentJob,
  encodeAgentJobReplyAck,
  encodeAgentTaskAcknowledge,
  encodeJobId,
  MessageError,
} from '@fairlead/wire/control-message'
import type { Frame } from '@fairlead/wire/frame'
import { WebSocketServer } from 'ws'
import type { Announce } from '../domain/hint.ts'
import type { InvocationReports } from '../domain/invocation-reports.ts'
import type { NodeJob, NodeLinks } from '../domain/node-links.ts'
import type { Counters, Logger } from '../domain/telemetry.ts'
import type { ControlChannelTokens } from './channel-tokens.ts'
import { ControlChannel, closeCodes } from './control-channel.ts'
import { mostFrameBytes } from './frames.ts'

export interface ControlChannelsParts {
  readonly tokens: ControlChannelTokens
  readonly region: string
  readonly now: () => Date
  readonly newId: () => string
  readonly announce: Announce
  readonly log: Logger
  readonly counters: Counters
}

/** The newest open channel of every node, and what agents say on them. */
export class ControlChannels implements NodeLinks {
  readonly #parts: ControlChannelsParts
  readonly #open = new Map<string, ControlChannel>()
  /** Every channel that has not ended, open or not yet. */
  readonly #all = new Set<ControlChannel>()
  #reports: InvocationReports | undefined

  readonly #upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: mostFrameBytes,
  })

  constructor(parts: ControlChannelsParts) {
    this.#parts = parts
    parts.counters.gauge('fairlead_control_channels', 'Open control channels', () => this.#open.size)
  }

  /** Until there is somebody to tell, replies are not acknowledged; agents send them again. */
  listenTo(reports: InvocationReports): void {
    this.#reports = reports
  }

  /** Takes over the socket of a node that the gateway has let in. */
  accept(nodeId: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { tokens, now, newId, log, counters } = this.#parts
    this.#upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      const channel = new ControlChannel({
        nodeId,
        socket: webSocket,
        now,
        newId,
        redeem: (token) => tokens.redeem(nodeId, token),
        onOpen: (opened) => this.#opened(opened),
        onFrame: (from, frame) => this.#hear(from, frame),
        onFault: (from, reason) => {
          counters.add('fairlead_channel_faults_total', 'Frames and handshakes that were not what they should be')
          log.warn({ nodeId: from.nodeId, reason }, 'a control channel sent what it should not')
        },
        onClosed: (closed) => this.#closed(closed),
      })
      this.#all.add(channel)
    })
  }

  isOpen(nodeId: string): boolean {
    return this.#open.has(nodeId)
  }

  sendJob(nodeId: string, job: NodeJob): boolean {
    const kind = job.kind === 'send' ? 'sendCommand' : 'cancelCommand'
    const payload = encodeAgentJob({
      ...decodeJobId(job.jobId),
      kind,
      region: this.#parts.region,
      content: job.content,
    })
    return this.#open.get(nodeId)?.send('agent_job', payload) ?? false
  }

  tick(): void {
    for (const channel of this.#all) channel.tick()
  }

  closeNode(nodeId: string): void {
    this.#open.get(nodeId)?.close(closeCodes.policy, 'the node is not registered any more')
  }

  closeAll(): void {
    for (const channel of this.#all) channel.close(closeCodes.goingAway, 'the server stops')
  }

  /** Newest wins: an agent that has come back may not know yet that its old socket is dead. */
  #opened(channel: ControlChannel): void {
    const older = this.#open.get(channel.nodeId)
    this.#open.set(channel.nodeId, channel)
    older?.close(closeCodes.goingAway, 'a newer channel of this node is open')
    this.#parts.announce({ kind: 'channel-open', nodeId: channel.nodeId })
  }

  #closed(channel: ControlChannel): void {
    this.#all.delete(channel)
    if (this.#open.get(channel.nodeId) !== channel) return
    this.#open.delete(channel.nodeId)
    this.#parts.announce({ kind: 'channel-closed', nodeId: channel.nodeId })
  }

  async #hear(channel: ControlChannel, frame: Frame): Promise<void> {
    try {
      switch (frame.messageType) {
        case 'agent_job_ack':
          return await this.#heardAck(channel, frame)
        case 'agent_job_reply':
          return await this.#heardReply(channel, frame)
        case 'agent_task_complete':
          return this.#heardTaskComplete(channel, frame)
        default:
          // Telemetry, and what newer agents may say: no answer is expected (agent reference, section 4).
          this.#parts.counters.add('fairlead_channel_unknown_messages_total', 'Messages of a type that is not served')
      }
    } catch (error) {
      if (error instanceof MessageError) throw error
      // Not acknowledged, so the agent will say it again.
      this.#parts.log.error(
        { err: error, nodeId: channel.nodeId, type: frame.messageType },
        'a report of a node could not be kept',
      )
    }
  }

  async #heardAck(channel: ControlChannel, frame: Frame): Promise<void> {
    const ack = decodeAgentJobAck(frame.payload)
    this.#checkSpeaker(channel, ack.nodeId)
    await this.#reports?.acknowledged(channel.nodeId, encodeJobId(ack), ack.statusCode, this.#parts.now())
  }

  async #heardReply(channel: ControlChannel, frame: Frame): Promise<void> {
    const reply = decodeAgentJobReply(frame.payload)
    this.#checkSpeaker(channel, reply.nodeId)
    if (this.#reports === undefined) return
    // The reply to a cancel job says only that the agent has begun to cancel (agent reference, 6.3).
    if (reply.kind === 'sendCommand') {
      await this.#reports.replied(channel.nodeId, encodeJobId(reply), frame.messageId, reply.content, this.#parts.now())
    }
    channel.send('agent_job_reply_ack', encodeAgentJobReplyAck({ ...reply, acknowledgedMessageId: frame.messageId }))
  }

  #heardTaskComplete(channel: ControlChannel, frame: Frame): void {
    const { sessionId, topic } = decodeAgentTaskComplete(frame.payload)
    channel.send('agent_task_acknowledge', encodeAgentTaskAcknowledge({ messageId: frame.messageId, sessionId, topic }))
  }

  /** A node can speak for itself only. */
  #checkSpeaker(channel: ControlChannel, nodeId: string): void {
    if (nodeId !== channel.nodeId) throw new MessageError(`it speaks for ${nodeId}`)
  }
}
