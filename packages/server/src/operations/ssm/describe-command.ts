import type { Command as DescribedCommand } from '@fairlead/wire/model/generated/ssm'
import { type Command, errorsIn } from '../../domain/command.ts'
import { commandStatus } from '../../domain/command-status.ts'

/** A command as AWS shows it: in SendCommand's answer and in ListCommands. */
export function describeCommand(command: Command): DescribedCommand {
  const { status, details } = commandStatus(command)
  const { counts } = command
  return {
    CommandId: command.commandId,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    ExpiresAfter: command.expiresAt,
    Parameters: command.parameters,
    InstanceIds: command.nodeIds,
    Targets: command.targets.map(({ key, values }) => ({ Key: key, Values: values })),
    RequestedDateTime: command.requestedAt,
    Status: status,
    StatusDetails: details,
    OutputS3BucketName: '',
    OutputS3KeyPrefix: '',
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: counts.target,
    CompletedCount: counts.completed,
    ErrorCount: errorsIn(counts),
    DeliveryTimedOutCount: counts.deliveryTimedOut,
    ServiceRole: '',
    CloudWatchOutputConfig: { CloudWatchLogGroupName: '', CloudWatchOutputEnabled: false },
    TimeoutSeconds: command.timeoutSeconds,
  }
}
