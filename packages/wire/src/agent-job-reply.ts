import type { JobKind } from './agent-job.ts'
import { decodeJobId, encodeJobId, type JobKey } from './job-id.ts'
import { MessageError, readPayload, readText, writePayload } from './message-members.ts'
import { decodeReplyContent, encodeReplyContent, type ReplyContent } from './reply-content.ts'

/** An agent's report on a job. Of a cancel job there is one report only, in progress, and nothing follows from it. */
export interface AgentJobReply extends JobKey {
  readonly kind: JobKind
  readonly content: ReplyContent
}

/** The server's receipt of a report. Without it the agent sends the report again, with the same message id. */
export interface AgentJobReplyAck extends JobKey {
  /** The message id of the frame that brought the report. */
  readonly acknowledgedMessageId: string
}

const longestReply = 142_000

export function encodeAgentJobReply(reply: AgentJobReply): Uint8Array {
  return writePayload({
    schemaVersion: 1,
    jobId: encodeJobId(reply),
    topic: `aws.ssm.${reply.kind}`,
    content: encodeReplyContent(reply.content),
  })
}

export function decodeAgentJobReply(payload: Uint8Array): AgentJobReply {
  const members = readPayload(payload, longestReply)
  const topic = readText(members, 'topic', 200)
  const kinds: readonly JobKind[] = ['sendCommand', 'cancelCommand']
  const kind = kinds.find((one) => topic === `aws.ssm.${one}` || topic.startsWith(`aws.ssm.${one}.`))
  if (kind === undefined) throw new MessageError('topic must be a topic of a job')
  return {
    ...decodeJobId(readText(members, 'jobId', 300)),
    kind,
    content: decodeReplyContent(readText(members, 'content', longestReply)),
  }
}

export function encodeAgentJobReplyAck(ack: AgentJobReplyAck): Uint8Array {
  return writePayload({ jobId: encodeJobId(ack), acknowledgedMessageId: ack.acknowledgedMessageId })
}

export function decodeAgentJobReplyAck(payload: Uint8Array): AgentJobReplyAck {
  const members = readPayload(payload, 4096)
  return {
    ...decodeJobId(readText(members, 'jobId', 300)),
    acknowledgedMessageId: readText(members, 'acknowledgedMessageId', 64),
  }
}
