/**
 * What a command asks of other services: notifications, places for its output, an alarm that stops it. It is kept and
 * told as AWS tells it; nothing is brought there yet (decision 18). What was not asked for is undefined.
 */
export interface CommandSettings {
  /** Whom notifications are sent as: the role's ARN. */
  readonly serviceRole?: string | undefined
  readonly notification?: NotificationSettings | undefined
  readonly bucket?: string | undefined
  readonly keyPrefix?: string | undefined
  readonly logGroup?: string | undefined
  readonly alarms?: AlarmSettings | undefined
}

export interface NotificationSettings {
  /** The ARN of a topic. */
  readonly topic: string
  readonly events: readonly ('All' | 'InProgress' | 'Success' | 'TimedOut' | 'Cancelled' | 'Failed')[]
  readonly type?: 'Command' | 'Invocation' | undefined
}

export interface AlarmSettings {
  readonly names: readonly string[]
  readonly ignorePollFailure: boolean
}

/** The members of SendCommand whose effect is not here yet, of those that were asked for. */
export function undeliveredSettings({ notification, bucket, logGroup, alarms }: CommandSettings): readonly string[] {
  const asked = { NotificationConfig: notification, OutputS3BucketName: bucket, CloudWatchOutputConfig: logGroup }
  return Object.entries({ ...asked, AlarmConfiguration: alarms }).flatMap(([member, value]) => (value ? [member] : []))
}

/** Of a topic of SNS, FIFO ones included; another account's may be meant. */
export function isTopicArn(arn: string): boolean {
  return /^arn:aws[a-z-]{0,20}:sns:[a-z0-9-]{1,30}:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/.test(arn)
}

/** What Systems Manager makes of a document's name when no group is named (CloudWatchOutputConfig reference). */
export function defaultLogGroup(documentName: string): string {
  return `/aws/ssm/${documentName.replaceAll(/[^A-Za-z0-9_/.#-]/g, '.')}`
}
