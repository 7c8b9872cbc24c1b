/**
 * An invocation: one command on one node. It ends exactly once, in one terminal status,
 * whatever is repeated, late or lost on the way (design D5).
 */
export type InvocationStatus =
  | 'Pending'
  | 'Delayed'
  | 'InProgress'
  | 'Cancelling'
  | 'Success'
  | 'Failed'
  | 'TimedOut'
  | 'Cancelled'

export type TerminalDetails =
  | 'Success'
  | 'Failed'
  | 'Cancelled'
  | 'DeliveryTimedOut'
  | 'ExecutionTimedOut'
  | 'Undeliverable'
  | 'Terminated'
  | 'InvalidPlatform'
  | 'AccessDenied'

export type InvocationDetails = TerminalDetails | 'Pending' | 'Delayed' | 'InProgress' | 'Cancelling'

export interface PluginRecord {
  readonly step: string
  readonly plugin: string
  readonly status: string
  readonly code: number
  readonly startedAt?: Date | undefined
  readonly endedAt?: Date | undefined
  /** Where the bytes lie (blobs); undefined when there were none. */
  readonly stdoutRef?: string | undefined
  readonly stderrRef?: string | undefined
  readonly outputRef?: string | undefined
}

export interface Invocation {
  readonly commandId: string
  readonly nodeId: string
  readonly status: InvocationStatus
  readonly details: InvocationDetails
  readonly requestedAt: Date
  /** When the agent said that it has the job (ack 200 or 51405). It must not be sent again after that. */
  readonly deliveredAt?: Date | undefined
  /** From when on it is not handed to its node any more. It still waits, and ends when it expires. */
  readonly deliverBy: Date
  /** When it is given up if it has not ended: when its command expires. Nothing once it has ended. */
  readonly expiresAt?: Date | undefined
  readonly endedAt?: Date | undefined
  readonly plugins: readonly PluginRecord[]
  readonly trace?: string | undefined
  /** Counts the changes: a save names the version it was read at, so no change is ever overwritten. */
  readonly version: number
}

const terminal: readonly InvocationStatus[] = ['Success', 'Failed', 'TimedOut', 'Cancelled']

/** The only judge of moves. A report that arrives after the end must change nothing. */
const successors: Readonly<Record<InvocationStatus, readonly InvocationStatus[]>> = {
  Pending: ['Delayed', 'InProgress', 'Cancelling', ...terminal],
  Delayed: ['Pending', 'InProgress', 'Cancelling', ...terminal],
  InProgress: ['Cancelling', ...terminal],
  Cancelling: terminal,
  Success: [],
  Failed: [],
  TimedOut: [],
  Cancelled: [],
}

export function isTerminal(status: InvocationStatus): boolean {
  return successors[status].length === 0
}

export function mayMove(from: InvocationStatus, to: InvocationStatus): boolean {
  return successors[from].includes(to)
}

export const statusOfDetails: Readonly<Record<InvocationDetails, InvocationStatus>> = {
  Pending: 'Pending',
  Delayed: 'Delayed',
  InProgress: 'InProgress',
  Cancelling: 'Cancelling',
  Success: 'Success',
  Failed: 'Failed',
  Cancelled: 'Cancelled',
  DeliveryTimedOut: 'TimedOut',
  ExecutionTimedOut: 'TimedOut',
  Undeliverable: 'Failed',
  // Cancelled by the system when the command has had too many errors; it does not count as one itself.
  Terminated: 'Cancelled',
  InvalidPlatform: 'Failed',
  AccessDenied: 'Failed',
}

/** How one ends that has not ended when its node is deregistered: the node's keys are refused, so it says nothing more. */
export function endOfGone(status: InvocationStatus): TerminalDetails {
  switch (status) {
    case 'Pending':
    case 'Delayed':
      return 'Undeliverable'
    case 'Cancelling':
      return 'Cancelled'
    default:
      // What it would come to in the end: the agent took it and never said how it ended.
      return 'DeliveryTimedOut'
  }
}

/**
 * Whether this agent report's word for a status means that the document, or the step, has come to its end. A step that has
 * its node restarted has not: it runs again afterwards.
 */
export function isOver(reported: string): boolean {
  return !['InProgress', 'Pending', 'NotStarted', 'SuccessAndReboot'].includes(reported)
}

/** Moves an invocation, or answers undefined when the table does not allow it: then there is nothing to save. */
export function advance(
  invocation: Invocation,
  details: InvocationDetails,
  at: Date,
  changes: Partial<Pick<Invocation, 'plugins' | 'deliveredAt' | 'trace'>> = {},
): Invocation | undefined {
  const status = statusOfDetails[details]
  if (!mayMove(invocation.status, status)) return undefined
  const ended = isTerminal(status) ? { endedAt: at, expiresAt: undefined } : {}
  return { ...invocation, ...changes, ...ended, status, details, version: invocation.version + 1 }
}
