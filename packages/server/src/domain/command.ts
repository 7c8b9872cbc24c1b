import type { InvocationDetails } from './invocation.ts'

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
  /** Delivery deadline plus execution timeout: no invocation is alive after it. */
  readonly expiresAt: Date
  readonly timeoutSeconds: number
  readonly executionTimeoutSeconds: number
  readonly maxConcurrency: string
  readonly maxErrors: string
  readonly requestedBy: string
  readonly cancelRequestedAt?: Date | undefined
  readonly counts: CommandCounts
}

/** How many invocations stand where. Kept in the same write as the move that changes them. */
export interface CommandCounts {
  readonly target: number
  readonly completed: number
  readonly success: number
  readonly failed: number
  readonly cancelled: number
  readonly executionTimedOut: number
  readonly deliveryTimedOut: number
  readonly undeliverable: number
  readonly accessDenied: number
  readonly started: number
}

export type CommandStatus = 'Pending' | 'InProgress' | 'Success' | 'Cancelled' | 'Failed' | 'TimedOut' | 'Cancelling'

/** Which of the counts an invocation's end adds to. */
export function countOf(details: InvocationDetails): keyof CommandCounts | undefined {
  switch (details) {
    case 'Success':
      return 'success'
    case 'Cancelled':
      return 'cancelled'
    case 'ExecutionTimedOut':
      return 'executionTimedOut'
    case 'DeliveryTimedOut':
      return 'deliveryTimedOut'
    case 'Undeliverable':
    case 'InvalidPlatform':
      return 'undeliverable'
    case 'AccessDenied':
      return 'accessDenied'
    case 'Failed':
    case 'Terminated':
      return 'failed'
    default:
      return undefined
  }
}

/**
 * The parent's status is never stored: it follows from the counts, so it cannot disagree with them.
 * Texts of the details are AWS's ("Understanding command statuses" in the user guide).
 */
export function commandStatus(command: Command): { status: CommandStatus; details: string } {
  const { counts } = command
  if (counts.target === 0) return { status: 'Success', details: 'NoInstancesInTag' }
  if (counts.completed < counts.target) {
    if (command.cancelRequestedAt !== undefined) return { status: 'Cancelling', details: 'Cancelling' }
    if (counts.started > 0 || counts.completed > 0) return { status: 'InProgress', details: 'InProgress' }
    return { status: 'Pending', details: 'Pending' }
  }
  if (counts.cancelled > 0 && command.cancelRequestedAt !== undefined) return { status: 'Cancelled', details: 'Cancelled' }
  if (counts.failed > 0) return { status: 'Failed', details: 'Failed' }
  if (counts.executionTimedOut > 0) return { status: 'TimedOut', details: 'ExecutionTimedOut' }
  if (counts.success === counts.target) return { status: 'Success', details: 'Success' }
  if (counts.deliveryTimedOut === counts.target) return { status: 'TimedOut', details: 'DeliveryTimedOut' }
  if (counts.accessDenied === counts.target) return { status: 'Failed', details: 'AccessDenied' }
  return { status: 'Failed', details: 'Incomplete' }
}
