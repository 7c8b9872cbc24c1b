import { encodeCancelContent, encodeCommandContent } from '@fairlead/wire/command-content'
import { decodeJobId, encodeJobId, type JobKey } from '@fairlead/wire/job-id'
import { MessageError } from '@fairlead/wire/message-members'
import type { DocumentContent } from './document.ts'
import type { NodeJob } from './node-links.ts'
import type { TypedParameters } from './parameters.ts'

/** What every node of a command is sent; made once, at the time of the request, and kept with the command. */
export function contentOf(command: {
  readonly commandId: string
  readonly documentName: string
  readonly content: DocumentContent
  readonly parameters: TypedParameters
}): string {
  const { commandId, documentName, content, parameters } = command
  return encodeCommandContent({
    commandId,
    documentName,
    documentContent: { ...content },
    parameters,
    outputS3BucketName: '',
    outputS3KeyPrefix: '',
    cloudWatchLogGroupName: '',
    cloudWatchOutputEnabled: false,
  })
}

/**
 * Agents take control messages up to 142,000 bytes (agent reference, 4), and the content is quoted
 * once more on its way: this leaves room for it unless it is mostly quotation marks.
 */
export const longestContent = 100_000

export function sendJob(region: string, key: JobKey, content: string): NodeJob {
  return { jobId: encodeJobId(key), kind: 'send', topic: `aws.ssm.sendCommand.${region}`, content }
}

/** `cancelId` names the request to cancel: the agent wants a job id that it has not seen. */
export function cancelJob(region: string, cancelId: string, key: JobKey): NodeJob {
  return {
    jobId: encodeJobId({ commandId: cancelId, nodeId: key.nodeId }),
    kind: 'cancel',
    topic: `aws.ssm.cancelCommand.${region}`,
    content: encodeCancelContent(key),
  }
}

/** Which command a node speaks of; undefined when the id is none of ours, or another node's. */
export function commandIdIn(jobId: string, nodeId: string): string | undefined {
  try {
    const key = decodeJobId(jobId)
    return key.nodeId === nodeId ? key.commandId : undefined
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}
