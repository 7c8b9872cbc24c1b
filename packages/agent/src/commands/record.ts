import type { PlannedStep } from './document.ts'
import type { DocumentSource } from './parameters/resolve-steps.ts'

export type StepStatus = 'Success' | 'Failed' | 'TimedOut' | 'Cancelled' | 'Skipped'
export type CommandStatus = Exclude<StepStatus, 'Skipped'>

/** How a step ended. Its output stays in the files of `folder`, which is missing when nothing was run. */
export interface StepResult {
  readonly status: StepStatus
  readonly code: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly folder?: string
  /** What the agent adds to the streams, each on a line of its own. */
  readonly outputNote?: string
  readonly errorNote?: string
  /** Set when only the notes count, whatever the script wrote to standard error. */
  readonly hideErrors?: boolean
}

/**
 * Where a command is, as it stands on disk:
 *
 *   queued     nothing of its next step has been started
 *   started    its next step was about to be started, and may have been
 *   rebooting  its next step asked for a restart of the node (exit code 194), and runs again after it
 *   finished   every step has a result
 */
export type CommandPhase = 'queued' | 'started' | 'rebooting' | 'finished'

/** A command that the agent has taken on. Written before the job is acknowledged. */
export interface CommandRecord {
  readonly commandId: string
  readonly documentName: string
  readonly steps: readonly PlannedStep[]
  /** One for each step that has ended; so its length is the place of the next step. */
  readonly results: readonly StepResult[]
  readonly phase: CommandPhase
  /** The boot of the node in which `phase` was entered. */
  readonly boot: string
  /** When `phase` was entered, milliseconds since the epoch. */
  readonly since: number
  /** Counts the starts of the next step: each has a folder of its own. */
  readonly attempt: number
  /** Restarts of the node that this step has asked for. */
  readonly reboots: number
  /** What `steps` are made of, while what they refer to in Parameter Store has not been looked up. */
  readonly source?: DocumentSource
  /** Documents around the one that `steps` and `results` belong to, the outermost first; so too around each `runs`. */
  readonly outer?: readonly OuterDocument[]
}

/** A document whose next step runs other steps in its place just now: an inner document's, or its own `runs`. */
export interface OuterDocument {
  readonly steps: readonly PlannedStep[]
  readonly results: readonly StepResult[]
  /** When that step began, milliseconds since the epoch. */
  readonly since: number
}

/** The places of the next step and of those around it: `0`, or `1.0` within the second step. */
export function placeOf({ outer = [], results }: Pick<CommandRecord, 'outer' | 'results'>): string {
  return [...outer.map((document) => document.results.length), results.length].join('.')
}

/** True when the next step of a document is a plugin that runs once for each of its inputs. */
export function hasRuns({ steps, results }: Pick<OuterDocument, 'steps' | 'results'>): boolean {
  return steps[results.length]?.runs !== undefined
}

// SuccessAndReboot is not among them: it is a state on the way, told by `phase`.
const worstFirst: readonly CommandStatus[] = ['Failed', 'TimedOut', 'Cancelled']

/** The status of a whole command from those of its steps: the worst wins, and a skipped step is as good as done. */
export function statusOf(results: readonly StepResult[]): CommandStatus {
  return worstFirst.find((status) => results.some((result) => result.status === status)) ?? 'Success'
}
