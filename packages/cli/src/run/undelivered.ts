import type { Command } from '@fairlead/wire/model/generated/ssm'

type Settings = Pick<
  Command,
  'AlarmConfiguration' | 'CloudWatchOutputConfig' | 'NotificationConfig' | 'OutputS3BucketName'
>

/** What a command asks of services that are not there: it is kept and shown, and has no effect yet (decision 18). */
export function undeliveredOf(settings: Settings): readonly string[] {
  const { AlarmConfiguration, CloudWatchOutputConfig, NotificationConfig, OutputS3BucketName } = settings
  const asked: Readonly<Record<string, boolean>> = {
    OutputS3BucketName: Boolean(OutputS3BucketName),
    CloudWatchOutputConfig:
      CloudWatchOutputConfig?.CloudWatchOutputEnabled === true ||
      Boolean(CloudWatchOutputConfig?.CloudWatchLogGroupName),
    NotificationConfig: Boolean(NotificationConfig?.NotificationArn),
    AlarmConfiguration: (AlarmConfiguration?.Alarms ?? []).length > 0,
  }
  return Object.keys(asked).filter((name) => asked[name])
}

/** One line for people; empty when there is nothing to say. */
export function undeliveredText(names: readonly string[]): string {
  if (names.length === 0) return ''
  return `Kept with the command, and not delivered yet: ${names.join(', ')}. Its output is here all the same.\n`
}
