import { decodeJobId, encodeJobId, type JobKey } from './job-id.ts'
import {
  MessageError,
  readChoice,
  readObject,
  readOptionalText,
  readPayload,
  readPosition,
  readText,
  writePayload,
} from './message-members.ts'

/**
 * What our own agent and server say of the output of a command that runs. Amazon's agent knows none of it: the server asks
 * only an agent that has said in its first frame that it sends live output.
 */

/** How much of an invocation's output is known: all of the steps before `step`, and so many bytes of that step's streams. */
export interface OutputPosition {
  /** Counts from 0. */
  readonly step: number
  readonly stdout: number
  readonly stderr: number
}

export const outputStart: OutputPosition = { step: 0, stdout: 0, stderr: 0 }

export type OutputStream = 'stdout' | 'stderr'

/** Somebody watches a job: its output is wanted from here on. Said again, it begins anew. Undefined: nobody does any more. */
export interface AgentJobWatch extends JobKey {
  readonly from: OutputPosition | undefined
}

/** So many bytes of what was sent since the watch began have been taken by somebody; see `liveWindow`. */
export interface AgentJobOutputAck extends JobKey {
  readonly taken: number
}

/** Some output of a step of a watched job: whole characters, if it is UTF-8. */
export interface AgentJobOutput extends JobKey {
  readonly step: number
  /** As documents name it. */
  readonly stepName: string
  /** `aws:runShellScript` … */
  readonly plugin: string
  readonly stream: OutputStream
  /** Of the first byte, in the stream of the step. */
  readonly offset: number
  readonly bytes: Uint8Array
}

/** Nothing more of this job will come: all of it has been sent, or the agent does not have it (any more). */
export interface AgentJobOutputEnd extends JobKey {
  readonly end: 'sent' | 'unknown'
}

/** An agent sends at most so many bytes that nobody has taken yet. */
export const liveWindow = 64 * 1024
/** Of the output in one message. */
export const longestOutput = 32 * 1024

const longestHead = 4096
const mostSteps = 1000
const newline = 0x0a
const utf8 = new TextEncoder()

export function encodeAgentJobWatch({ from, ...job }: AgentJobWatch): Uint8Array {
  const JobId = encodeJobId(job)
  if (from === undefined) return writePayload({ SchemaVersion: 1, JobId, IsWatched: false })
  const { step: Step, stdout: Stdout, stderr: Stderr } = from
  return writePayload({ SchemaVersion: 1, JobId, IsWatched: true, Step, Stdout, Stderr })
}

export function decodeAgentJobWatch(payload: Uint8Array): AgentJobWatch {
  const members = readPayload(payload, longestHead)
  const job = decodeJobId(readText(members, 'JobId', 300))
  if (members['IsWatched'] !== true) return { ...job, from: undefined }
  const [step, stdout, stderr] = [readStep(members), readPosition(members, 'Stdout'), readPosition(members, 'Stderr')]
  return { ...job, from: { step, stdout, stderr } }
}

export function encodeAgentJobOutputAck({ taken, ...job }: AgentJobOutputAck): Uint8Array {
  return writePayload({ SchemaVersion: 1, JobId: encodeJobId(job), Taken: taken })
}

export function decodeAgentJobOutputAck(payload: Uint8Array): AgentJobOutputAck {
  const members = readPayload(payload, longestHead)
  return { ...decodeJobId(readText(members, 'JobId', 300)), taken: readPosition(members, 'Taken') }
}

/** A line of JSON, and the bytes as they are. */
export function encodeAgentJobOutput(output: AgentJobOutput | AgentJobOutputEnd): Uint8Array {
  const head = { SchemaVersion: 1, JobId: encodeJobId(output) }
  if ('end' in output) return utf8.encode(`${JSON.stringify({ ...head, End: output.end })}\n`)
  const { step: Step, stepName: StepName, plugin: Plugin, stream: Stream, offset: Offset, bytes } = output
  const line = utf8.encode(`${JSON.stringify({ ...head, Step, StepName, Plugin, Stream, Offset })}\n`)
  const payload = new Uint8Array(line.length + bytes.length)
  payload.set(line)
  payload.set(bytes, line.length)
  return payload
}

/** The bytes are a view on `payload`. */
export function decodeAgentJobOutput(payload: Uint8Array): AgentJobOutput | AgentJobOutputEnd {
  const end = payload.subarray(0, longestHead).indexOf(newline)
  if (end < 0) throw new MessageError('an output must begin with a line')
  const members = readObject(new TextDecoder().decode(payload.subarray(0, end)), longestHead)
  const job = decodeJobId(readText(members, 'JobId', 300))
  if (members['End'] !== undefined) return { ...job, end: readChoice(members, 'End', ['sent', 'unknown']) }
  const bytes = payload.subarray(end + 1)
  if (bytes.length === 0 || bytes.length > longestOutput)
    throw new MessageError(`an output must have 1 to ${longestOutput} bytes`)
  return {
    ...job,
    step: readStep(members),
    stepName: readText(members, 'StepName', 512),
    plugin: readOptionalText(members, 'Plugin', 512),
    stream: readChoice(members, 'Stream', ['stdout', 'stderr']),
    offset: readPosition(members, 'Offset'),
    bytes,
  }
}

function readStep(members: Parameters<typeof readPosition>[0]): number {
  const step = readPosition(members, 'Step')
  if (step >= mostSteps) throw new MessageError(`Step must be less than ${mostSteps}`)
  return step
}
