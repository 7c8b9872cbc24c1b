import { decodeJobId, type JobKey } from '@fairlead/wire/job-id'
import { readPayload, readText } from '@fairlead/wire/message-members'
import { mostFrameBytes } from './frames.ts'

/** Which job a reply is about, whatever else is in it. Throws MessageError. */
export function jobOfReply(payload: Uint8Array): JobKey {
  return decodeJobId(readText(readPayload(payload, mostFrameBytes), 'jobId', 300))
}
