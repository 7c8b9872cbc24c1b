import type { NodeJob } from './node-links.ts'

/** What an agent says of one step. Wire's PluginResult is one. */
export interface StepReport {
  /** The plugin: aws:runShellScript … */
  readonly name: string
  readonly status: string
  readonly code: number
  readonly output: string
  readonly standardOutput: string
  readonly standardError: string
  readonly startedAt?: Date | undefined
  readonly endedAt?: Date | undefined
}

/** The content of an agent_job_reply, and of SendReply's payload. Wire's ReplyContent is one. */
export interface ReplyReport {
  /** InProgress | Success | Failed | TimedOut | Cancelled | SuccessAndReboot */
  readonly documentStatus: string
  readonly documentTraceOutput: string
  /** By step name. */
  readonly plugins: ReadonlyMap<string, StepReport>
}

/**
 * What nodes say of their jobs. Implemented by dispatch, called by channels, which has checked that
 * `nodeId` is who speaks. Each promise settles after the commit; it rejects only when the store
 * could not take the report, and then the agent must not be told that it was heard.
 */
export interface InvocationReports {
  /** agent_job_ack with its status code ('200', '51402' …), or AcknowledgeMessage ('200'). */
  acknowledged(nodeId: string, jobId: string, statusCode: string, at: Date): Promise<void>
  /** Late, repeated and unknown ones resolve and change nothing, so that they are acknowledged and not sent again. */
  replied(nodeId: string, jobId: string, replyId: string, content: ReplyReport, at: Date): Promise<void>
  /** FailMessage: the agent will not run it. */
  refused(nodeId: string, jobId: string, reason: string, at: Date): Promise<void>
  /** For agents that poll: what they have to do now. The same jobs come again until they are acknowledged. */
  nextJobs(nodeId: string, limit: number): Promise<readonly NodeJob[]>
}
