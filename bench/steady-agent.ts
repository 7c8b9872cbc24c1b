import { randomUUID } from 'node:crypto'
import type { SimulatedNode } from '@fairlead/testkit/simulated-node'
import { accepted, decodeAgentJob, decodeAgentJobReplyAck, encodeAgentJobAck } from '@fairlead/wire/control-message'
import { ControlPlane } from '../packages/agent/src/api/control-plane.ts'
import { readFrame, writeFrame } from '../packages/agent/src/channel/agent-frame.ts'
import { openControlChannel } from '../packages/agent/src/channel/control-channel.ts'
import { keepConnected } from '../packages/agent/src/channel/keep-connected.ts'
import type { Channel } from '../packages/agent/src/channel/websocket-channel.ts'
import { systemClock } from '../packages/agent/src/clock.ts'
import { usualTimings } from '../packages/agent/src/config.ts'
import type { cannedReplies } from './canned-replies.ts'

export interface SteadyAgentWorld {
  readonly url: string
  readonly region: string
  readonly payloads: ReturnType<typeof cannedReplies>
  opened(): void
  lost(): void
  /** A try to connect has failed. */
  failed(): void
  /** A job has come. */
  begun(commandId: string): void
  /** The server has acknowledged the last reply to a job. */
  ended(commandId: string): void
}

/**
 * Keeps a node connected as our agent does, by its own code: its pings, its back-off, its health reports. Where that would
 * run a command, it sends what Amazon's agent reports of one.
 */
export function steadyAgent(node: SimulatedNode, world: SteadyAgentWorld): void {
  const { nodeId } = node
  const controlPlane = new ControlPlane({ url: new URL(world.url), region: world.region }, systemClock)
  const lastReplies = new Map<string, string>()
  let latestCommand = ''
  let channel: Channel | undefined

  const send = (type: 'agent_job_ack' | 'agent_job_reply', payload: Uint8Array, messageId: string = randomUUID()) =>
    channel?.send(writeFrame(type, messageId, Date.now(), payload))
  const take = (bytes: Uint8Array) => {
    const { messageType, messageId, payload } = readFrame(bytes)
    if (messageType === 'agent_job_reply_ack') {
      const { acknowledgedMessageId } = decodeAgentJobReplyAck(payload)
      const commandId = lastReplies.get(acknowledgedMessageId)
      if (commandId === undefined) return
      lastReplies.delete(acknowledgedMessageId)
      world.ended(commandId)
    } else if (messageType === 'agent_job') {
      const job = decodeAgentJob(payload)
      // A server with much to do offers it again before it has read the acknowledgement.
      const isNew = job.commandId !== latestCommand
      latestCommand = job.commandId
      const statusCode = isNew ? accepted : '51405'
      send('agent_job_ack', encodeAgentJobAck({ ...job, acknowledgedMessageId: messageId, statusCode }))
      if (!isNew) return
      world.begun(job.commandId)
      let last = ''
      for (const reply of world.payloads(job)) {
        last = randomUUID()
        send('agent_job_reply', reply, last)
      }
      lastReplies.set(last, job.commandId)
    }
  }
  const quiet = () => undefined
  keepConnected({
    nodeId,
    controlPlane,
    keys: { signer: () => node.signer(), forget: () => node.forgetRoleKeys() },
    clock: systemClock,
    name: 'control channel',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    newId: randomUUID,
    random: Math.random,
    pingEveryMs: usualTimings.pingEveryMs,
    reconnectCapMs: usualTimings.reconnectCapMs,
    open: async (channelWorld, onClosed) => {
      try {
        return await openControlChannel(channelWorld, false, onClosed)
      } catch (error) {
        world.failed()
        throw error
      }
    },
    onFrame: take,
    onOpen: (opened) => {
      channel = opened
      world.opened()
    },
    onLost: () => {
      channel = undefined
      world.lost()
    },
  })
  reportFrom(Math.random() * usualTimings.healthEveryMs)

  /** A fleet that has been there for long reports at any time. A report that fails is made up for by the next. */
  function reportFrom(waitMs: number): void {
    setTimeout(() => {
      node.reportHealth().catch(world.failed)
      reportFrom(usualTimings.healthEveryMs * (0.9 + 0.2 * Math.random()))
    }, waitMs)
  }
}
