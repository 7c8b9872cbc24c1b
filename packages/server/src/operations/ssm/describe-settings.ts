import type { Command as DescribedCommand, NotificationConfig } from '@fairlead/wire/model/generated/ssm'
import type { Command } from '../../domain/command.ts'
import type { NotificationSettings } from '../../domain/command-settings.ts'

/** What a command asks of other services, as commands and invocations show it: empty texts where nothing was asked. */
export function describeSettings({
  settings = {},
}: Command): Required<Pick<DescribedCommand, 'ServiceRole' | 'NotificationConfig' | 'CloudWatchOutputConfig'>> {
  const { serviceRole = '', notification, logGroup } = settings
  return {
    ServiceRole: serviceRole,
    NotificationConfig: describeNotification(notification),
    CloudWatchOutputConfig: { CloudWatchLogGroupName: logGroup ?? '', CloudWatchOutputEnabled: logGroup !== undefined },
  }
}

// AWS answers an empty type where there is none, which its own model does not know (examples of `aws ssm send-command`).
const noType = '' as 'Command'

function describeNotification(asked: NotificationSettings | undefined): NotificationConfig {
  const { topic = '', events = [], type = noType } = asked ?? {}
  return { NotificationArn: topic, NotificationEvents: events, NotificationType: type }
}
