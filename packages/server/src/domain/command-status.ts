import { type Command, type CommandCounts, errorsIn } from './command.ts'
import { limitOf } from './rate-control.ts'

export type CommandStatus = 'Pending' | 'InProgress' | 'Success' | 'Cancelled' | 'Failed' | 'TimedOut' | 'Cancelling'

/** Status and StatusDetails of a command. */
export interface CommandState {
  readonly status: CommandStatus
  readonly details: string
}

/**
 * The parent's status is never stored: it follows from the counts, so it cannot disagree with them.
 * Rules and texts are those of "Understanding command statuses" in the user guide.
 */
export function commandStatus(command: Command): CommandState {
  const { counts, cancelRequestedAt, isRateExceeded } = command
  // "The system has canceled the command before executing it on any instance."
  if (isRateExceeded) return { status: 'Cancelled', details: 'RateExceeded' }
  if (counts.target === 0) return { status: 'Success', details: 'NoInstancesInTag' }
  if (counts.completed === counts.target) return finalStatus(command)
  if (cancelRequestedAt !== undefined) return same('Cancelling')
  if (counts.started > 0 || counts.completed > 0) return same('InProgress')
  // "The system attempted to send the command ... but wasn't successful": a detail, which the statuses do not know.
  return counts.delayed > 0 ? { status: 'Pending', details: 'Delayed' } : same('Pending')
}

export function isComplete({ counts }: Command): boolean {
  return counts.completed === counts.target
}

function finalStatus({ counts, cancelRequestedAt, maxErrors }: Command): CommandState {
  if (counts.cancelled > 0 && cancelRequestedAt !== undefined) return same('Cancelled')

  // "The value of MaxErrors or more": none at all is never too many.
  const tooMany = Math.max(1, limitOf(maxErrors, counts.target))
  if (errorsIn(counts) >= tooMany) {
    return counts.failed > 0 ? same('Failed') : { status: 'TimedOut', details: 'ExecutionTimedOut' }
  }
  if (counts.deliveryTimedOut >= tooMany) return { status: 'TimedOut', details: 'DeliveryTimedOut' }

  // Nodes that could not be asked count for nothing as long as another one could.
  const asked = counts.target - counts.undeliverable - counts.accessDenied
  if (asked === 0) return { status: 'Failed', details: unasked(counts) }
  if (counts.success === asked) return same('Success')
  if (counts.cancelled === asked) return same('Cancelled')
  return { status: 'Failed', details: 'Incomplete' }
}

function unasked(counts: CommandCounts): string {
  if (counts.accessDenied === counts.target) return 'AccessDenied'
  return counts.undeliverable === counts.target ? 'Undeliverable' : 'Failed'
}

function same(status: CommandStatus): CommandState {
  return { status, details: status }
}
