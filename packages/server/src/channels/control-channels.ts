import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { serverStops } from '@fairlead/wire/closing-words'
import { encodeAgentJob, type MessageToAgent } from '@fairlead/wire/control-message'
import { decodeJobId } from '@fairlead/wire/job-id'
import { WebSocketServer } from 'ws'
import type { ChannelAdmission } from '../domain/channel-admission.ts'
import type { Announce } from '../domain/hint.ts'
import type { InvocationReports } from '../domain/invocation-reports.ts'
import type { NodeJob, NodeLinks } from '../domain/node-links.ts'
import type { Counters, Logger } from '../domain/telemetry.ts'
import { AgentMessages, type LiveOutputs, type SessionEnds } from './agent-messages.ts'
import type { ControlChannelTokens } from './channel-tokens.ts'
import { type ChannelOwner, ControlChannel, closeCodes } from './control-channel.ts'
import { mostFrameBytes } from './frames.ts'

export interface ControlChannelsParts {
  readonly tokens: ControlChannelTokens
  readonly region: string
  readonly now: () => Date
  /** Milliseconds in which peers could be heard (`ListenedTime`). */
  readonly ticks: () => number
  readonly newId: () => string
  readonly announce: Announce
  readonly log: Logger
  readonly counters: Counters
}

/** Of each channel only so many faults are logged; all are counted. */
const mostLogged = 10

/** Job ids remembered of a channel; many more than the dispatcher leaves unacknowledged. */
const mostAwaited = 64
/** Amazon's agent does not always answer a close, and a server that stops would wait for it. (ws has it, its types do not.) */
const closing = { closeTimeout: 2_000 }
const replaced = 'a newer channel of this node is open'
/** How long a newer channel waits for what the older one may still have to say; looked at with every tick. */
const handOverWithinMs = 2_000

interface Successor {
  readonly channel: ControlChannel
  /** Epoch milliseconds. */
  readonly since: number
}

/** The newest open channel of every node. */
export class ControlChannels implements NodeLinks {
  readonly #parts: ControlChannelsParts
  readonly #open = new Map<string, ControlChannel>()
  /**
   * Newer channels whose node has jobs under way over its older one. Nothing is sent to the node meanwhile: were a job
   * sent again whose acknowledgement is still coming, a second agent with the same identity would run it again.
   */
  readonly #successors = new Map<string, Successor>()
  /** Every channel that has not ended, open or not yet. */
  readonly #all = new Set<ControlChannel>()
  readonly #messages: AgentMessages
  readonly #owner: ChannelOwner
  #isClosed = false

  readonly #upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: mostFrameBytes,
    ...closing,
  })

  constructor(parts: ControlChannelsParts) {
    this.#parts = parts
    const { tokens, now, ticks, newId, log, counters } = parts
    counters.gauge('fairlead_control_channels', 'Open control channels', () => this.#open.size)
    this.#messages = new AgentMessages({
      now,
      log,
      counters,
      landed: (channel, jobId) => this.#landed(channel, jobId),
    })
    this.#owner = {
      now,
      ticks,
      newId,
      redeem: (nodeId, token) => tokens.redeem(nodeId, token),
      opened: (channel) => this.#opened(channel),
      heard: (channel, frame) => this.#messages.hear(channel, frame),
      faulted: ({ nodeId }, reason, times) => {
        counters.add('fairlead_channel_faults_total', 'Frames and handshakes that were not what they should be')
        if (times <= mostLogged) log.warn({ nodeId, reason }, 'a control channel sent what it should not')
      },
      closed: (channel) => this.#closed(channel),
    }
  }

  /** Until there is somebody to tell, replies are not acknowledged; agents send them again. */
  listenTo(reports: InvocationReports): void {
    this.#messages.listenTo(reports)
  }

  listenToSessions(sessions: SessionEnds): void {
    this.#messages.listenToSessions(sessions)
  }

  listenToOutput(outputs: LiveOutputs): void {
    this.#messages.listenToOutput(outputs)
  }

  /** Takes over the socket of a node that the gateway has let in. */
  accept(admission: ChannelAdmission, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#isClosed) {
      socket.destroy()
      return
    }
    this.#upgrader.handleUpgrade(request, socket, head, (webSocket) => {
      this.#all.add(new ControlChannel(admission, webSocket, socket, this.#owner))
    })
  }

  isOpen(nodeId: string): boolean {
    return this.#open.has(nodeId)
  }

  keepsSessionLogs(nodeId: string): boolean {
    return this.#open.get(nodeId)?.keepsSessionLogs ?? false
  }

  sendsLiveOutput(nodeId: string): boolean {
    return this.#open.get(nodeId)?.sendsLiveOutput ?? false
  }

  sendJob(nodeId: string, job: NodeJob): boolean {
    const channel = this.#open.get(nodeId)
    if (channel === undefined || this.#successors.has(nodeId)) return false
    const kind = job.kind === 'send' ? 'sendCommand' : 'cancelCommand'
    const { region } = this.#parts
    const payload = encodeAgentJob({ ...decodeJobId(job.jobId), kind, region, content: job.content })
    const isSent = channel.send('agent_job', payload)
    if (isSent && job.kind === 'send' && channel.unacknowledged.size < mostAwaited)
      channel.unacknowledged.add(job.jobId)
    return isSent
  }

  /** Says something on the node's newest channel; false when there is none or it does not keep up. */
  send(nodeId: string, type: MessageToAgent, payload: Uint8Array): boolean {
    return this.#open.get(nodeId)?.send(type, payload) ?? false
  }

  tick(): void {
    const now = this.#parts.ticks()
    for (const channel of this.#all) channel.tick(now)
    for (const { channel, since } of this.#successors.values()) {
      if (now - since >= handOverWithinMs) this.#handOver(channel)
    }
  }

  /** Every channel that has not ended. */
  all(): readonly ControlChannel[] {
    return [...this.#all]
  }

  /** Ends every channel of a node, those included that have not shown their token yet. */
  closeNode(nodeId: string): void {
    for (const channel of this.#all) {
      if (channel.nodeId === nodeId) channel.close(closeCodes.policy, 'the node is not registered any more')
    }
  }

  /** Ends all channels for good. */
  closeAll(): void {
    this.#isClosed = true
    for (const channel of this.#all) channel.close(closeCodes.goingAway, serverStops)
  }

  /** Newest wins: an agent that has come back may not know yet that its old socket is dead. */
  #opened(channel: ControlChannel): void {
    const { nodeId } = channel
    const older = this.#open.get(nodeId)
    if (older === undefined || older.unacknowledged.size === 0) {
      this.#handOver(channel)
      return
    }
    const waiting = this.#successors.get(nodeId)
    this.#successors.set(nodeId, { channel, since: waiting?.since ?? this.#parts.ticks() })
    waiting?.channel.close(closeCodes.goingAway, replaced)
  }

  #landed(channel: ControlChannel, jobId: string): void {
    if (!channel.unacknowledged.delete(jobId) || channel.unacknowledged.size > 0) return
    const successor = this.#successors.get(channel.nodeId)
    if (successor !== undefined && this.#open.get(channel.nodeId) === channel) this.#handOver(successor.channel)
  }

  /** From here on the node is spoken with over this channel. */
  #handOver(channel: ControlChannel): void {
    const { nodeId } = channel
    const older = this.#open.get(nodeId)
    this.#successors.delete(nodeId)
    this.#open.set(nodeId, channel)
    older?.close(closeCodes.goingAway, replaced)
    this.#parts.announce({ kind: 'channel-open', nodeId })
  }

  #closed(channel: ControlChannel): void {
    this.#all.delete(channel)
    const successor = this.#successors.get(channel.nodeId)
    if (successor?.channel === channel) this.#successors.delete(channel.nodeId)
    if (this.#open.get(channel.nodeId) !== channel) return
    if (successor !== undefined) {
      this.#handOver(successor.channel)
      return
    }
    this.#open.delete(channel.nodeId)
    this.#parts.announce({ kind: 'channel-closed', nodeId: channel.nodeId })
  }
}
