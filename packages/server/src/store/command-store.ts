import type { Command } from '../domain/command.ts'
import type { Invocation } from '../domain/invocation.ts'
import type { Page, PageRequest } from '../domain/page.ts'

export interface CommandFilter {
  readonly commandId?: string
  readonly nodeId?: string
  readonly invokedAfter?: Date
  readonly invokedBefore?: Date
  readonly documentName?: string
}

export interface InvocationRow {
  readonly command: Command
  readonly invocation: Invocation
}

/**
 * Commands and their invocations. The store is the queue: an invocation that is Pending or
 * Delayed *is* the queue entry, so nothing can be lost between two places.
 */
export interface CommandStore {
  /** Adds the command and its invocations, or neither. Announces `work` for every node after the commit. */
  addCommand(command: Command, invocations: readonly Invocation[]): Promise<void>
  findCommand(commandId: string): Promise<Command | undefined>
  /** Newest first. */
  listCommands(filter: CommandFilter, page: PageRequest): Promise<Page<Command>>

  findInvocation(commandId: string, nodeId: string): Promise<Invocation | undefined>
  /** Newest command first, then node id. */
  listInvocations(filter: CommandFilter, page: PageRequest): Promise<Page<InvocationRow>>

  /**
   * Saves a moved invocation if it is still as it was read (`next.version - 1`), together with the
   * counts of its command. Answers false when somebody was first: read again and judge again.
   * Announces `invocation` after the commit.
   */
  saveInvocation(previous: Invocation, next: Invocation): Promise<boolean>
  /** Marks the command as being cancelled (once; the first time stays). */
  requestCancel(commandId: string, at: Date): Promise<void>

  /** What waits to be sent to this node, oldest first: Pending or Delayed and not delivered. */
  undelivered(nodeId: string, limit: number): Promise<readonly InvocationRow[]>
  /** Nodes that have something undelivered or being cancelled, for the sweep, in the order of node ids. */
  nodesWithWork(page: PageRequest): Promise<Page<string>>
  /** Delivered and to be cancelled: the agent has to be told. */
  cancelling(nodeId: string, limit: number): Promise<readonly Invocation[]>
  /** Not ended although their deadline (deliverBy, or finishBy once delivered) has passed. */
  overdue(now: Date, limit: number): Promise<readonly InvocationRow[]>
}
