import type { CommandSettings } from './command-settings.ts'
import { type Invocation, type InvocationDetails, isTerminal } from './invocation.ts'

export interface Target {
  readonly key: string
  readonly values: readonly string[]
}

export interface Command {
  readonly commandId: string
  readonly documentName: string
  readonly documentVersion: string
  readonly comment: string
  readonly parameters: Readonly<Record<string, readonly string[]>>
  readonly nodeIds: readonly string[]
  readonly targets: readonly Target[]
  readonly requestedAt: Date
  /** What `expiryOf` says: AWS's ExpiresAfter, at which all of its invocations that have not ended are given up. */
  readonly expiresAt: Date
  /** Once so long has passed nobody gets it any more. */
  readonly timeoutSeconds: number
  /** How long its document may run. */
  readonly executionTimeoutSeconds: number
  readonly maxConcurrency: string
  readonly maxErrors: string
  readonly requestedBy: string
  readonly cancelRequestedAt?: Date | undefined
  /** Too many invocations were waiting already: it has none, and none of its nodes will get it. */
  readonly isRateExceeded?: boolean | undefined
  /** What it asks of other services; undefined when nothing. */
  readonly settings?: CommandSettings | undefined
  readonly counts: CommandCounts
}

/**
 * The end of the total timeout: whoever gets the command last has the whole execution timeout left (user guide,
 * "Understanding command timeout values").
 */
export function expiryOf({
  requestedAt,
  timeoutSeconds,
  executionTimeoutSeconds,
}: Pick<Command, 'requestedAt' | 'timeoutSeconds' | 'executionTimeoutSeconds'>): Date {
  return new Date(requestedAt.getTime() + (timeoutSeconds + executionTimeoutSeconds) * 1000)
}

/** How many invocations stand where. Kept in the same write as the move that changes them. */
export interface CommandCounts {
  readonly target: number
  readonly completed: number
  readonly success: number
  readonly failed: number
  readonly cancelled: number
  readonly terminated: number
  readonly executionTimedOut: number
  readonly deliveryTimedOut: number
  readonly undeliverable: number
  readonly accessDenied: number
  /** Ever taken by an agent, ended or not. */
  readonly started: number
  /** Offered to an agent that had no room, and not taken since. */
  readonly delayed: number
}

export const noCounts: CommandCounts = {
  target: 0,
  completed: 0,
  success: 0,
  failed: 0,
  cancelled: 0,
  terminated: 0,
  executionTimedOut: 0,
  deliveryTimedOut: 0,
  undeliverable: 0,
  accessDenied: 0,
  started: 0,
  delayed: 0,
}

/** Which of the counts an invocation's end adds to. */
export function countOf(details: InvocationDetails): keyof CommandCounts | undefined {
  return ends[details]
}

const ends: Readonly<Record<InvocationDetails, keyof CommandCounts | undefined>> = {
  Pending: undefined,
  Delayed: undefined,
  InProgress: undefined,
  Cancelling: undefined,
  Success: 'success',
  Failed: 'failed',
  Cancelled: 'cancelled',
  Terminated: 'terminated',
  ExecutionTimedOut: 'executionTimedOut',
  DeliveryTimedOut: 'deliveryTimedOut',
  Undeliverable: 'undeliverable',
  InvalidPlatform: 'undeliverable',
  AccessDenied: 'accessDenied',
}

/** The counts of a new command. Some of its invocations may have ended before they began (AccessDenied). */
export function countsOf(invocations: readonly Invocation[]): CommandCounts {
  const counts: Record<keyof CommandCounts, number> = { ...noCounts, target: invocations.length }
  for (const { status, details, deliveredAt } of invocations) {
    if (details === 'Delayed') counts.delayed += 1
    const end = countOf(details)
    if (end) counts[end] += 1
    if (isTerminal(status)) counts.completed += 1
    if (deliveredAt) counts.started += 1
  }
  return counts
}

/** The counts of a command that is cancelled before any of its nodes could get it. */
export function countsOfNone(targets: number): CommandCounts {
  return { ...noCounts, target: targets, completed: targets, cancelled: targets }
}

/** How many nodes have run it to an end of its own, refusals included: MaxConcurrency grows with them. */
export function ranIn(counts: CommandCounts): number {
  return counts.success + errorsIn(counts)
}

/** The ends that `ranIn` counts. */
export function hasRun(details: InvocationDetails): boolean {
  return details === 'Success' || details === 'Failed' || details === 'ExecutionTimedOut'
}

/** AWS's ErrorCount, and what MaxErrors is compared with: Failed and ExecutionTimedOut, nothing else. */
export function errorsIn(counts: CommandCounts): number {
  return counts.failed + counts.executionTimedOut
}
