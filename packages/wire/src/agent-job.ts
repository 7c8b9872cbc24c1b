import { decodeJobId, encodeJobId, type JobKey } from './job-id.ts'
import {
  asObject,
  type Members,
  MessageError,
  readInteger,
  readPayload,
  readText,
  writePayload,
} from './message-members.ts'

export type JobKind = 'sendCommand' | 'cancelCommand'

/** Work for a node: an agent_job on a control channel, or a message of ec2messages. */
export interface AgentJob extends JobKey {
  readonly kind: JobKind
  readonly region: string
  /** What `encodeCommandContent` or `encodeCancelContent` wrote. */
  readonly content: string
}

const longestJob = 2_097_152
const kinds: readonly JobKind[] = ['sendCommand', 'cancelCommand']

/** The topic of a job; the agent looks only at its beginning, up to the kind. */
export function jobTopic(job: Pick<AgentJob, 'kind' | 'region'>): string {
  return `aws.ssm.${job.kind}.${job.region}`
}

export function encodeAgentJob(job: AgentJob): Uint8Array {
  return writePayload({ SchemaVersion: 1, JobId: encodeJobId(job), Topic: jobTopic(job), Content: job.content })
}

export function decodeAgentJob(payload: Uint8Array): AgentJob {
  const members = readPayload(payload, longestJob)
  if (readInteger(members, 'SchemaVersion', 1) !== 1) throw new MessageError('SchemaVersion must be 1')
  return {
    ...decodeJobId(readText(members, 'JobId', 300)),
    ...readTopic(members, 'Topic'),
    content: readText(members, 'Content', longestJob),
  }
}

/** A message of ec2messages: the same job, in AWS's other envelope. `createdAt` is when it was first sent. */
export function encodeQueuedJob(job: AgentJob, createdAt: Date): Members {
  return {
    CreatedDate: createdAt.toISOString(),
    Destination: job.nodeId,
    MessageId: encodeJobId(job),
    Topic: jobTopic(job),
    Payload: job.content,
  }
}

export function decodeQueuedJob(message: unknown): AgentJob {
  const members = asObject(message, 'a message')
  return {
    ...decodeJobId(readText(members, 'MessageId', 300)),
    ...readTopic(members, 'Topic'),
    content: readText(members, 'Payload', longestJob),
  }
}

function readTopic(members: Members, name: string): Pick<AgentJob, 'kind' | 'region'> {
  const [aws, ssm, word, region = ''] = readText(members, name, 200).split('.')
  const kind = kinds.find((one) => one === word)
  if (aws !== 'aws' || ssm !== 'ssm' || kind === undefined) throw new MessageError(`${name} must be a topic of a job`)
  return { kind, region }
}
