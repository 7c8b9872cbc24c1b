import { readInteger, readOptionalText, readPayload, readText, writePayload } from './message-members.ts'

/** An agent's last word on a session. A failure is reported twice, under two message ids. */
export interface AgentTaskComplete {
  readonly sessionId: string
  readonly topic: string
  /** `Success`, `Failed`, … */
  readonly finalTaskStatus: string
  readonly isRoutingFailure: boolean
  readonly nodeId: string
  /** Why it failed. */
  readonly output: string
  readonly s3Bucket: string
  readonly s3UrlSuffix: string
  readonly logGroup: string
  readonly logStream: string
  readonly retryNumber: number
}

/** The server's receipt of it, wanted within a second; after three sends without one the agent gives up. */
export interface AgentTaskAcknowledge {
  /** The message id of the frame that brought the agent_task_complete. */
  readonly messageId: string
  readonly sessionId: string
  readonly topic: string
}

/** Tells a node to end a session, or a client that it has ended. */
export interface ChannelClosed {
  readonly messageId: string
  readonly nodeId: string
  readonly sessionId: string
  readonly createdDate: Date
  /** For a client: why, in words for the person who reads them. */
  readonly output?: string
}

export function encodeAgentTaskComplete(task: AgentTaskComplete): Uint8Array {
  return writePayload({
    SchemaVersion: 1,
    TaskId: task.sessionId,
    Topic: task.topic,
    FinalTaskStatus: task.finalTaskStatus,
    IsRoutingFailure: task.isRoutingFailure,
    AwsAccountId: '',
    InstanceId: task.nodeId,
    Output: task.output,
    S3Bucket: task.s3Bucket,
    S3UrlSuffix: task.s3UrlSuffix,
    CwlGroup: task.logGroup,
    CwlStream: task.logStream,
    RetryNumber: task.retryNumber,
  })
}

export function decodeAgentTaskComplete(payload: Uint8Array): AgentTaskComplete {
  const members = readPayload(payload, 142_000)
  return {
    sessionId: readText(members, 'TaskId', 256),
    topic: readOptionalText(members, 'Topic', 128),
    finalTaskStatus: readText(members, 'FinalTaskStatus', 64),
    isRoutingFailure: members['IsRoutingFailure'] === true,
    nodeId: readOptionalText(members, 'InstanceId', 128),
    output: readOptionalText(members, 'Output', 131_072),
    s3Bucket: readOptionalText(members, 'S3Bucket', 63),
    s3UrlSuffix: readOptionalText(members, 'S3UrlSuffix', 2048),
    logGroup: readOptionalText(members, 'CwlGroup', 512),
    logStream: readOptionalText(members, 'CwlStream', 512),
    retryNumber: readInteger(members, 'RetryNumber', 0),
  }
}

export function encodeAgentTaskAcknowledge(ack: AgentTaskAcknowledge): Uint8Array {
  return writePayload({ SchemaVersion: 1, MessageId: ack.messageId, TaskId: ack.sessionId, Topic: ack.topic })
}

export function decodeAgentTaskAcknowledge(payload: Uint8Array): AgentTaskAcknowledge {
  const members = readPayload(payload, 4096)
  return {
    messageId: readText(members, 'MessageId', 64),
    sessionId: readText(members, 'TaskId', 256),
    topic: readOptionalText(members, 'Topic', 128),
  }
}

export function encodeChannelClosed(closed: ChannelClosed): Uint8Array {
  return writePayload({
    MessageType: 'channel_closed',
    MessageId: closed.messageId,
    DestinationId: closed.nodeId,
    SessionId: closed.sessionId,
    SchemaVersion: 1,
    CreatedDate: String(closed.createdDate.getTime()),
    ...(closed.output === undefined ? {} : { Output: closed.output }),
  })
}

export function decodeChannelClosed(payload: Uint8Array): Omit<ChannelClosed, 'createdDate'> {
  const members = readPayload(payload, 16_384)
  const output = readOptionalText(members, 'Output', 8192)
  return {
    ...(output === '' ? {} : { output }),
    messageId: readOptionalText(members, 'MessageId', 64),
    nodeId: readOptionalText(members, 'DestinationId', 128),
    sessionId: readText(members, 'SessionId', 256),
  }
}
