import type { Command } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { CliError } from '../cli-error.ts'
import { commandOf, noCommand } from './command-of.ts'
import type { CommandOrder } from './command-order.ts'
import { type Batch, named } from './node-choice.ts'
import { hasEnded } from './node-outcome.ts'
import { readOutcomes } from './read-outcomes.ts'

export type Rerun = 'failed' | 'all'

/** The same command again: on all of its nodes, or on those where it has ended without success. Throws CliError. */
export async function rerunOf(
  ask: Ask,
  which: Rerun,
  commandId: string,
): Promise<{ readonly order: CommandOrder; readonly batches: readonly Batch[] }> {
  const command = await commandOf(ask, commandId)
  const { DocumentName, DocumentVersion, Parameters, Comment, TimeoutSeconds, MaxConcurrency, MaxErrors } = command
  const settings = settingsOf(command)
  if (DocumentName === undefined) throw noCommand(commandId)
  const nodeIds: string[] = []
  for await (const outcome of readOutcomes(ask, commandId, false)) {
    if (which === 'all' || (hasEnded(outcome) && outcome.status !== 'Success')) nodeIds.push(outcome.nodeId)
  }
  if (nodeIds.length === 0) throw new CliError(`Command ${commandId} failed on no node.`)
  const order = { DocumentName, DocumentVersion, Parameters, Comment, TimeoutSeconds, MaxConcurrency, MaxErrors }
  return { order: { ...order, ...settings }, batches: named(nodeIds) }
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
