import { type Members, MessageError, readChoice, readInstant, readOptionalText } from './message-members.ts'

const pluginStatuses = [
  'NotStarted',
  'InProgress',
  'Success',
  'Failed',
  'TimedOut',
  'Cancelled',
  'Skipped',
  'SuccessAndReboot',
] as const
export type PluginStatus = (typeof pluginStatuses)[number]

/** How one step of a document went on a node. */
export interface PluginResult {
  readonly status: PluginStatus
  /** The exit code; 137 when it was killed, by a cancel or a timeout. */
  readonly code: number
  /** The plugin: `aws:runShellScript`. */
  readonly name: string
  /** Both streams in one, cut to 2,500 characters by the agent. */
  readonly output: string
  /** Cut to 24,000 characters by the agent. */
  readonly standardOutput: string
  /** Cut to 24,000 characters by the agent. */
  readonly standardError: string
  readonly startedAt?: Date | undefined
  readonly endedAt?: Date | undefined
  readonly outputS3BucketName: string
  readonly outputS3KeyPrefix: string
}

const longestOutput = 131_072

export function encodePluginResult(result: PluginResult): Members {
  return {
    status: result.status,
    code: result.code,
    name: result.name,
    output: result.output,
    startDateTime: result.startedAt?.toISOString() ?? '',
    endDateTime: result.endedAt?.toISOString() ?? '',
    outputS3BucketName: result.outputS3BucketName,
    outputS3KeyPrefix: result.outputS3KeyPrefix,
    stepName: '',
    standardOutput: result.standardOutput,
    standardError: result.standardError,
  }
}

export function decodePluginResult(members: Members): PluginResult {
  return {
    status: readChoice(members, 'status', pluginStatuses),
    code: readExitCode(members),
    name: readOptionalText(members, 'name', 256),
    output: readOutput(members['output'] ?? ''),
    standardOutput: readOptionalText(members, 'standardOutput', longestOutput),
    standardError: readOptionalText(members, 'standardError', longestOutput),
    startedAt: readInstant(members, 'startDateTime'),
    endedAt: readInstant(members, 'endDateTime'),
    outputS3BucketName: readOptionalText(members, 'outputS3BucketName', 63),
    outputS3KeyPrefix: readOptionalText(members, 'outputS3KeyPrefix', 1024),
  }
}

/** Windows has unsigned ones, which agents there report as they are: `exit -1` is 4294967295. */
function readExitCode(members: Members): number {
  const code = members['code'] ?? 0
  if (typeof code !== 'number' || ((code | 0) !== code && code >>> 0 !== code)) {
    throw new MessageError('code must be an exit code')
  }
  return code | 0
}

// Some plugins of the agent answer with an object here; it is kept as its JSON.
function readOutput(output: unknown): string {
  const text = typeof output === 'string' ? output : JSON.stringify(output)
  if (text.length > longestOutput) throw new MessageError('output is too long')
  return text
}
