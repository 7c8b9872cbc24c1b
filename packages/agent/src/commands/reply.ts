import { hash } from 'node:crypto'
import {
  type AgentIdentity,
  type DocumentStatus,
  encodeAgentJobReply,
  type JobKey,
  type PluginResult,
} from '@fairlead/wire/control-message'
import { StepFolder } from '../process/step-folder.ts'
import { combine, cutStream, longestStream, readStream } from './output-text.ts'
import type { StepResult } from './record.ts'

/** A report for the server: an agent_job_reply, ready to be framed. */
export interface Reply {
  readonly job: JobKey
  /** The same for the same report of the same command, also when it is made again after a crash. */
  readonly messageId: string
  readonly payload: Uint8Array
  /** The last report on a command. */
  readonly isLast: boolean
}

export interface ReplyParts {
  readonly status: DocumentStatus
  /** Which report on the command this is: `begin`, `step/0`, `end`. */
  readonly label: string
  /** Why the document failed as a whole. */
  readonly trace?: string
  readonly step?: { readonly name: string; readonly plugin: string; readonly result: StepResult }
}

/** Amazon's agent drops a longer one. */
const longestPayload = 120_000

export function makeReply(job: JobKey, agent: AgentIdentity, sentAt: Date, parts: ReplyParts): Reply {
  const { step } = parts
  const streams = step === undefined ? { stdout: '', stderr: '' } : readStreams(step.result)
  const encode = (limit: number) =>
    encodeAgentJobReply({
      ...job,
      kind: 'sendCommand',
      content: {
        documentStatus: parts.status,
        documentTraceOutput: parts.trace ?? '',
        plugins: new Map(
          step === undefined ? [] : [[step.name, pluginResult(step.plugin, step.result, streams, limit)]],
        ),
        agent,
        sentAt,
      },
    })
  let payload = encode(longestStream)
  // Output that grows in JSON (control characters, scripts of several bytes a character) is cut until the whole fits.
  for (let limit = longestStream / 2; payload.length > longestPayload && limit >= 1; limit = Math.floor(limit / 2)) {
    payload = encode(limit)
  }
  return { job, messageId: messageIdOf(job, parts.label), payload, isLast: parts.label === 'end' }
}

function pluginResult(
  plugin: string,
  result: StepResult,
  streams: { readonly stdout: string; readonly stderr: string },
  limit: number,
): PluginResult {
  return {
    status: result.status,
    code: result.code,
    name: plugin,
    output: combine(streams.stdout, streams.stderr),
    standardOutput: cutStream(streams.stdout, limit),
    standardError: cutStream(streams.stderr, limit),
    startedAt: new Date(result.startedAt),
    endedAt: new Date(result.endedAt),
    outputS3BucketName: '',
    outputS3KeyPrefix: '',
  }
}

/** Both streams of a step with what the agent added to them, up to what a report can hold. */
export function readStreams(result: StepResult): { readonly stdout: string; readonly stderr: string } {
  const folder = result.folder === undefined ? undefined : new StepFolder(result.folder)
  const stdout = folder === undefined ? '' : readStream(folder.stdout)
  const stderr = folder === undefined || result.hideErrors === true ? '' : readStream(folder.stderr)
  return { stdout: withNote(stdout, result.outputNote), stderr: withNote(stderr, result.errorNote) }
}

function withNote(text: string, note: string | undefined): string {
  if (note === undefined || note === '') return text
  return text === '' || text.endsWith('\n') ? text + note : `${text}\n${note}`
}

function messageIdOf(job: JobKey, label: string): string {
  const hex = hash('sha256', `${job.commandId}/${job.nodeId}/${label}`, 'hex')
  // The version digit 8 is for ids of one's own making, RFC 9562.
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
