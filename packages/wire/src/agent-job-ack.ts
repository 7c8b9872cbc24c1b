import { decodeJobId, encodeJobId, type JobKey } from './job-id.ts'
import { MessageError, readInstant, readOptionalText, readPayload, readText, writePayload } from './message-members.ts'
import { refusalOf } from './refusal-code.ts'

/** What an agent says at once about a job: that it has it, durably, or why not. */
export interface AgentJobAck extends JobKey {
  /** The message id of the frame that brought the job. */
  readonly acknowledgedMessageId: string
  /** The created date of that frame. */
  readonly createdDate?: Date | undefined
  /** `200`, or one of `refusals`; a code may also be one that nobody knows yet. */
  readonly statusCode: string
}

export function encodeAgentJobAck(ack: AgentJobAck): Uint8Array {
  return writePayload({
    jobId: encodeJobId(ack),
    acknowledgedMessageId: ack.acknowledgedMessageId,
    createdDate: ack.createdDate?.toISOString() ?? '',
    statusCode: ack.statusCode,
    errorMessage: refusalOf(ack.statusCode)?.name ?? 'Successful',
  })
}

export function decodeAgentJobAck(payload: Uint8Array): AgentJobAck {
  const members = readPayload(payload, 16_384)
  const statusCode = readText(members, 'statusCode', 16)
  if (!/^\d+$/.test(statusCode)) throw new MessageError('statusCode must be digits')
  return {
    ...decodeJobId(readText(members, 'jobId', 300)),
    acknowledgedMessageId: readOptionalText(members, 'acknowledgedMessageId', 64),
    createdDate: readInstant(members, 'createdDate'),
    statusCode,
  }
}
