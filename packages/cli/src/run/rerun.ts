import { isDeepStrictEqual } from 'node:util'
import type { Command } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { commandOf, noCommand } from './command-of.ts'
import type { CommandOrder } from './command-order.ts'
import { type Batch, named } from './node-choice.ts'
import { hasEnded } from './node-outcome.ts'
import { readOutcomes } from './read-outcomes.ts'

export type Rerun = 'failed' | 'all'

/**
 * The same again: on all nodes of a command, or on those where it has ended without success. Several commands may be one run.
 * Throws CliError.
 */
export async function rerunOf(
  ask: Ask,
  which: Rerun,
  commandIds: readonly string[],
): Promise<{ readonly order: CommandOrder; readonly batches: readonly Batch[] }> {
  const orders: CommandOrder[] = []
  const nodeIds = new Set<string>()
  for (const commandId of commandIds) {
    orders.push(orderOf(await commandOf(ask, commandId), commandId))
    for await (const outcome of readOutcomes(ask, commandId, false)) {
      if (which === 'all' || (hasEnded(outcome) && outcome.status !== 'Success')) nodeIds.add(outcome.nodeId)
    }
  }
  const [order, ...others] = orders
  if (order === undefined || nodeIds.size === 0)
    throw new CliError(`Command ${commandIds.join(', ')} failed on no node.`)
  if (!others.every((other) => isDeepStrictEqual(workOf(other), workOf(order)))) {
    throw new UsageError('These commands are not parts of one run: they do not do the same.')
  }
  return { order, batches: named([...nodeIds]) }
}

function orderOf(command: Command, commandId: string): CommandOrder {
  const { DocumentName, DocumentVersion, Parameters, Comment, TimeoutSeconds, MaxConcurrency, MaxErrors } = command
  if (DocumentName === undefined) throw noCommand(commandId)
  const order = { DocumentName, DocumentVersion, Parameters, Comment, TimeoutSeconds, MaxConcurrency, MaxErrors }
  return { ...order, ...settingsOf(command) }
}

/** Without how many errors are left, which differs along a run. */
function workOf({ MaxErrors: _, ...work }: CommandOrder): Omit<CommandOrder, 'MaxErrors'> {
  return work
}

/** What it asked of other services, without the empty texts that stand for nothing. */
function settingsOf(command: Command): Partial<CommandOrder> {
  const { OutputS3BucketName, OutputS3KeyPrefix, CloudWatchOutputConfig, NotificationConfig, ServiceRole } = command
  return {
    OutputS3BucketName: OutputS3BucketName || undefined,
    OutputS3KeyPrefix: OutputS3KeyPrefix || undefined,
    CloudWatchOutputConfig: CloudWatchOutputConfig?.CloudWatchLogGroupName ? CloudWatchOutputConfig : undefined,
    NotificationConfig: NotificationConfig?.NotificationArn ? NotificationConfig : undefined,
    ServiceRoleArn: ServiceRole || undefined,
    AlarmConfiguration: command.AlarmConfiguration,
  }
}
