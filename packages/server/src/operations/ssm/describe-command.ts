import type { Command as DescribedCommand } from '@fairlead/wire/model/generated/ssm'
import { type Command, errorsIn } from '../../domain/command.ts'
import { commandStatus } from '../../domain/command-status.ts'
import { describeSettings } from './describe-settings.ts'

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
    OutputS3BucketName: command.settings?.bucket ?? '',
    OutputS3KeyPrefix: command.settings?.keyPrefix ?? '',
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: counts.target,
    CompletedCount: counts.completed,
    ErrorCount: errorsIn(counts),
    DeliveryTimedOutCount: counts.deliveryTimedOut,
    ...describeSettings(command),
    TimeoutSeconds: command.timeoutSeconds,
    AlarmConfiguration: describeAlarms(command),
  }
}

function describeAlarms({ settings }: Command): DescribedCommand['AlarmConfiguration'] {
  const alarms = settings?.alarms
  return alarms && { IgnorePollAlarmFailure: alarms.ignorePollFailure, Alarms: alarms.names.map((Name) => ({ Name })) }
}
