import {
  type AgentJobOutput,
  type AgentJobOutputEnd,
  type AgentJobReply,
  type AgentTaskComplete,
  decodeAgentJobAck,
  decodeAgentJobOutput,
  decodeAgentJobReply,
  decodeAgentTaskComplete,
  encodeAgentJobReplyAck,
  encodeAgentTaskAcknowledge,
  encodeJobId,
  MessageError,
} from '@fairlead/wire/control-message'
import type { Frame } from '@fairlead/wire/frame'
import type { InvocationReports } from '../domain/invocation-reports.ts'
import type { Counters, Logger } from '../domain/telemetry.ts'
import type { ControlChannel } from './control-channel.ts'
import { jobOfReply } from './job-of-reply.ts'

export interface AgentMessagesParts {
  readonly now: () => Date
  readonly log: Logger
  readonly counters: Counters
  /** The node is now known to have the job. */
  landed(channel: ControlChannel, jobId: string): void
}

/** Who writes down the ends of sessions that agents tell of. */
export interface SessionEnds {
  /** Settles when it is stored. */
  completed(nodeId: string, task: AgentTaskComplete): Promise<void>
}

/** Who wants the output of commands that run. */
export interface LiveOutputs {
  heard(nodeId: string, output: AgentJobOutput | AgentJobOutputEnd): void
}

/** What agents say on their open channels: handed on to who writes it down, and acknowledged after that. */
export class AgentMessages {
  readonly #parts: AgentMessagesParts
  #reports: InvocationReports | undefined
  #sessions: SessionEnds | undefined
  #outputs: LiveOutputs | undefined

  constructor(parts: AgentMessagesParts) {
    this.#parts = parts
  }

  listenTo(reports: InvocationReports): void {
    this.#reports = reports
  }

  listenToSessions(sessions: SessionEnds): void {
    this.#sessions = sessions
  }

  listenToOutput(outputs: LiveOutputs): void {
    this.#outputs = outputs
  }

  /** Settles when the frame has had its effect. Rejects with a MessageError when it is not what its type says. */
  async hear(channel: ControlChannel, frame: Frame): Promise<void> {
    try {
      switch (frame.messageType) {
        case 'agent_job_ack':
          await this.#heardAck(channel, frame)
          break
        case 'agent_job_reply':
          await this.#heardReply(channel, frame)
          break
        case 'agent_task_complete':
          await this.#heardTaskComplete(channel, frame)
          break
        case 'agent_job_output':
          this.#heardOutput(channel, frame)
          break
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
    checkSpeaker(channel, ack.nodeId)
    const jobId = encodeJobId(ack)
    await this.#reports?.acknowledged(channel.nodeId, jobId, ack.statusCode, this.#parts.now())
    this.#parts.landed(channel, jobId)
  }

  /**
   * A reply that cannot be read will not be read better the next time: the agent is told that it was
   * heard, or it would send it for two hours (agent reference, 6.6).
   */
  async #heardReply(channel: ControlChannel, { messageId, payload }: Frame): Promise<void> {
    const reply = readReply(payload)
    const job = reply instanceof MessageError ? jobOfReply(payload) : reply
    checkSpeaker(channel, job.nodeId)
    if (this.#reports === undefined) return
    const jobId = encodeJobId(job)
    if (reply instanceof MessageError) {
      this.#parts.counters.add('fairlead_channel_unreadable_replies_total', 'Replies whose content could not be read')
      channel.note(`a reply that cannot be read: ${reply.message}`)
    } else if (reply.kind === 'sendCommand') {
      // The reply to a cancel job says only that the agent has begun to cancel (agent reference, 6.3).
      await this.#reports.replied(channel.nodeId, jobId, messageId, reply.content, this.#parts.now())
    }
    channel.send('agent_job_reply_ack', encodeAgentJobReplyAck({ ...job, acknowledgedMessageId: messageId }))
    this.#parts.landed(channel, jobId)
  }

  #heardOutput(channel: ControlChannel, frame: Frame): void {
    const output = decodeAgentJobOutput(frame.payload)
    checkSpeaker(channel, output.nodeId)
    this.#outputs?.heard(channel.nodeId, output)
  }

  async #heardTaskComplete(channel: ControlChannel, frame: Frame): Promise<void> {
    const task = decodeAgentTaskComplete(frame.payload)
    const { sessionId, topic } = task
    await this.#sessions?.completed(channel.nodeId, task)
    channel.send('agent_task_acknowledge', encodeAgentTaskAcknowledge({ messageId: frame.messageId, sessionId, topic }))
  }
}

/** A node can speak for itself only. */
function checkSpeaker(channel: ControlChannel, nodeId: string): void {
  if (nodeId !== channel.nodeId) throw new MessageError(`it speaks for ${nodeId}`)
}

function readReply(payload: Uint8Array): AgentJobReply | MessageError {
  try {
    return decodeAgentJobReply(payload)
  } catch (error) {
    if (error instanceof MessageError) return error
    throw error
  }
}
