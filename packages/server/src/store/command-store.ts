import type { Command } from '../domain/command.ts'
import type { Invocation, InvocationStatus } from '../domain/invocation.ts'
import type { Page, PageRequest } from '../domain/page.ts'

export interface CommandFilter {
  readonly commandId?: string | undefined
  readonly nodeId?: string | undefined
  /** Inclusive. */
  readonly invokedAfter?: Date | undefined
  /** Exclusive. */
  readonly invokedBefore?: Date | undefined
  readonly documentName?: string | undefined
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
  /**
   * Adds the command, what its nodes are to be sent and its invocations, or nothing. Announces
   * `work` for every node that is to get it. Answers false, and has added nothing, when it has invocations that wait to be
   * sent and more than `mostWaiting` of all commands would then.
   */
  addCommand(
    command: Command,
    content: string,
    invocations: readonly Invocation[],
    mostWaiting?: number,
  ): Promise<boolean>
  findCommand(commandId: string): Promise<Command | undefined>
  findContent(commandId: string): Promise<string | undefined>
  /** Newest first. */
  listCommands(filter: CommandFilter, page: PageRequest): Promise<Page<Command>>

  findInvocation(commandId: string, nodeId: string): Promise<Invocation | undefined>
  /** Those of these nodes' invocations that there are, in no order. */
  findInvocations(commandId: string, nodeIds: readonly string[]): Promise<readonly Invocation[]>
  /** How a command stands on each of its nodes, in the order of node ids. */
  listStandings(commandId: string, page: PageRequest): Promise<Page<Standing>>
  /** Newest command first, then node id. */
  listInvocations(filter: CommandFilter, page: PageRequest): Promise<Page<InvocationRow>>

  /**
   * Saves a changed invocation if it is still as it was read, together with the counts of its
   * command. Answers false when somebody was first: read again and judge again. Announces
   * `invocation` when its details are others, and `cancel` when it is to be cancelled.
   */
  saveInvocation(previous: Invocation, next: Invocation): Promise<boolean>
  /** Ends those of these nodes' invocations that no agent has yet. Answers how many that were. */
  endUndelivered(ending: Ending): Promise<number>
  /** Marks a command that has not ended as being cancelled; the first time stays. */
  requestCancel(commandId: string, at: Date): Promise<void>

  /** What waits for this node and may be sent to it now, oldest first: not delivered, not ended, not too late. */
  undelivered(nodeId: string, now: Date, limit: number): Promise<readonly Invocation[]>
  /** The same for up to 64 nodes, in no order. As many as `limit` may not be all there are. */
  undeliveredOf(nodeIds: readonly string[], now: Date, limit: number): Promise<readonly Invocation[]>
  /** What has not ended on this node, delivered or not, oldest first. */
  unfinished(nodeId: string, limit: number): Promise<readonly Invocation[]>
  /** What has not ended on nodes that are not registered. It looks at all that has not ended: not for every day. */
  unfinishedOfGone(limit: number): Promise<readonly Invocation[]>
  /** Delivered and to be cancelled: the agent has to be told. */
  cancelling(nodeId: string, limit: number): Promise<readonly Invocation[]>
  /** Nodes that have something undelivered or being cancelled, in the order of node ids. */
  nodesWithWork(page: PageRequest): Promise<Page<string>>
  /** Ids of commands that have errors and have not ended, in their order. It looks at every command: not for every day. */
  failing(page: PageRequest): Promise<Page<string>>
  /** The command's nodes whose invocations have not ended, in the order of node ids. */
  unfinishedNodes(commandId: string, page: PageRequest & { readonly delivered: boolean }): Promise<Page<string>>
  /** Not ended although they have expired, longest overdue first. */
  overdue(now: Date, limit: number): Promise<readonly Invocation[]>

  /**
   * Drops some of the commands that were requested before a time and have ended, with their invocations and
   * contents, in one bounded write. Answers whether there may be more.
   */
  dropEnded(before: Date): Promise<boolean>
}

export interface Standing {
  readonly nodeId: string
  readonly status: InvocationStatus
}

export interface Ending {
  readonly commandId: string
  readonly nodeIds: readonly string[]
  readonly details: 'Cancelled' | 'Terminated'
  readonly at: Date
}
