import { decodeJobId, encodeJobId, type JobKey } from './job-id.ts'
import { asObject, type Members, readObject, readOptionalText, readText } from './message-members.ts'
import type { ParameterValue } from './parameter-value.ts'
import { readParameters } from './read-parameters.ts'

/** What a node is told to run. No timeout of delivery, no comment and no user reaches it. */
export interface CommandContent {
  readonly commandId: string
  readonly documentName: string
  /** The document as JSON; the agent reads no YAML. */
  readonly documentContent: Members
  readonly parameters: Readonly<Record<string, ParameterValue>>
  readonly outputS3BucketName: string
  readonly outputS3KeyPrefix: string
  readonly cloudWatchLogGroupName: string
  readonly cloudWatchOutputEnabled: boolean
}

const longestContent = 1_048_576

export function encodeCommandContent(content: CommandContent): string {
  return JSON.stringify({
    CommandId: content.commandId,
    DocumentName: content.documentName,
    DocumentContent: content.documentContent,
    Parameters: content.parameters,
    OutputS3BucketName: content.outputS3BucketName,
    OutputS3KeyPrefix: content.outputS3KeyPrefix,
    CloudWatchLogGroupName: content.cloudWatchLogGroupName,
    // A string, not a boolean: the agent would refuse the whole content.
    CloudWatchOutputEnabled: String(content.cloudWatchOutputEnabled),
  })
}

export function decodeCommandContent(text: string): CommandContent {
  const members = readObject(text, longestContent)
  return {
    commandId: readText(members, 'CommandId', 128),
    documentName: readText(members, 'DocumentName', 512),
    documentContent: asObject(members['DocumentContent'], 'DocumentContent'),
    parameters: readParameters(members['Parameters'] ?? {}),
    outputS3BucketName: readOptionalText(members, 'OutputS3BucketName', 63),
    outputS3KeyPrefix: readOptionalText(members, 'OutputS3KeyPrefix', 1024),
    cloudWatchLogGroupName: readOptionalText(members, 'CloudWatchLogGroupName', 512),
    cloudWatchOutputEnabled: readOptionalText(members, 'CloudWatchOutputEnabled', 5) === 'true',
  }
}

/** The content of a cancel job; it names the job to be cancelled and has a job id of its own. */
export function encodeCancelContent(cancelled: JobKey): string {
  return JSON.stringify({ CancelMessageId: encodeJobId(cancelled) })
}

export function decodeCancelContent(text: string): JobKey {
  return decodeJobId(readText(readObject(text, 4096), 'CancelMessageId', 300))
}
