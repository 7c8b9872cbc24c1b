/**
 * What servers and agents say on a control channel: JSON in the payloads of frames, and one text to begin with.
 *
 * Every `decode…` is strict about the members it needs, bounds what it takes, ignores members it doesn't know, and throws a
 * MessageError. The member names and their odd cases are those of amazon-ssm-agent 3.2.2303.0 on the wire.
 */
export * from './agent-job.ts'
export * from './agent-job-ack.ts'
export * from './agent-job-reply.ts'
export * from './agent-task.ts'
export * from './command-content.ts'
export * from './job-id.ts'
export * from './live-output.ts'
export { MessageError } from './message-members.ts'
export * from './open-channel.ts'
export * from './parameter-value.ts'
export type { PluginResult, PluginStatus } from './plugin-result.ts'
export * from './refusal-code.ts'
export * from './reply-content.ts'

/** The frame types of a control channel. */
export const controlMessageTypes = {
  toAgent: [
    'agent_job',
    'agent_job_reply_ack',
    'interactive_shell',
    'channel_closed',
    'agent_task_acknowledge',
    // To our own agent alone.
    'agent_job_watch',
    'agent_job_output_ack',
  ],
  fromAgent: [
    'agent_job_ack',
    'agent_job_reply',
    'agent_task_complete',
    'agent_telemetry',
    'agent_update_result',
    // From our own agent alone.
    'agent_job_output',
  ],
} as const

export type MessageToAgent = (typeof controlMessageTypes.toAgent)[number]
export type MessageFromAgent = (typeof controlMessageTypes.fromAgent)[number]
