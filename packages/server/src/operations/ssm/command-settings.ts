import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import { roleArn } from '../../domain/arn.ts'
import { bucketName } from '../../domain/bucket-name.ts'
import {
  type CommandSettings,
  defaultLogGroup,
  isTopicArn,
  type NotificationSettings,
} from '../../domain/command-settings.ts'
import { ServiceError } from '../../domain/error.ts'
import type { Scope } from '../../domain/scope.ts'
import type { AccessCheck, Context } from '../operation.ts'
import { trustsSystemsManager } from './node-role.ts'

/**
 * AWS's table lists the bucket among what a command touches, and nobody has seen it asked for: only a denial of it
 * counts, and who may use the document need not be allowed it (authorization reference, 2.3).
 */
export function bucketChecks(
  { OutputS3BucketName: bucket = '' }: SendCommandRequest,
  document: AccessCheck,
): readonly AccessCheck[] {
  return bucket === '' ? [] : [{ resource: `arn:aws:s3:::${bucket}`, alternatives: [document] }]
}

/** Whoever has notifications sent as a role gives its rights away, so they must be allowed to pass it. */
export function serviceRoleChecks({ ServiceRoleArn: resource = '' }: SendCommandRequest): readonly AccessCheck[] {
  if (resource === '') return []
  return [{ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'ssm.amazonaws.com' } }]
}

/**
 * What a command asks of other services; undefined when nothing. Empty texts are what clients send out of habit.
 *
 * @throws {ServiceError} InvalidRole, InvalidNotificationConfig, InvalidOutputFolder
 */
export async function readSettings(
  input: SendCommandRequest,
  documentName: string,
  context: Context,
): Promise<CommandSettings | undefined> {
  const { AlarmConfiguration: alarms, CloudWatchOutputConfig: logs } = input
  const serviceRole = input.ServiceRoleArn || undefined
  const bucket = input.OutputS3BucketName || undefined
  const notification = notificationOf(input)
  if (serviceRole !== undefined) await checkRole(serviceRole, context)
  if (notification && serviceRole === undefined) {
    throw new ServiceError(
      'InvalidRole',
      'Notifications need a ServiceRoleArn: the role that may publish to the topic.',
    )
  }
  if (bucket !== undefined && !bucketName.test(bucket)) {
    throw new ServiceError('InvalidOutputFolder', `${bucket} cannot be the name of an S3 bucket.`)
  }
  const isLogged = logs?.CloudWatchOutputEnabled === true
  const settings: CommandSettings = {
    serviceRole,
    notification,
    bucket,
    keyPrefix: input.OutputS3KeyPrefix || undefined,
    logGroup: isLogged ? logs.CloudWatchLogGroupName || defaultLogGroup(documentName) : undefined,
    alarms: alarms && {
      names: alarms.Alarms.map(({ Name }) => Name),
      ignorePollFailure: alarms.IgnorePollAlarmFailure === true,
    },
  }
  return Object.values(settings).some((asked) => asked !== undefined) ? settings : undefined
}

function notificationOf({ NotificationConfig: asked }: SendCommandRequest): NotificationSettings | undefined {
  const { NotificationArn: topic = '', NotificationEvents: events = [], NotificationType: type } = asked ?? {}
  if (topic === '' && events.length === 0 && type === undefined) return undefined
  if (!isTopicArn(topic)) {
    throw new ServiceError(
      'InvalidNotificationConfig',
      `NotificationArn must be the ARN of an SNS topic, not "${topic}".`,
    )
  }
  return { topic, events, type }
}

async function checkRole(arn: string, { store, scope }: Context): Promise<void> {
  if (!(await isUsable(arn, scope, store))) {
    throw new ServiceError(
      'InvalidRole',
      `Nonexistent role or missing ssm service principal in trust policy: ${arn.slice(0, 2_048)}`,
    )
  }
}

async function isUsable(arn: string, scope: Scope, store: Context['store']): Promise<boolean> {
  const role = await store.identities.roles.findRole(arn.slice(arn.lastIndexOf('/') + 1))
  if (!role || roleArn(scope, role.path, role.roleName) !== arn) return false
  return trustsSystemsManager(role, scope)
}
