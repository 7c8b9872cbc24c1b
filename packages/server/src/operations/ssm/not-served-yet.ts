import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import { ServiceError } from '../../domain/error.ts'

/**
 * What SendCommand knows of and cannot do yet. Accepting it would promise an upload or a message
 * that never comes, so it is refused. OutputS3Region is not in the list: AWS ignores it too.
 */
const notServedYet = {
  OutputS3BucketName: ({ OutputS3BucketName: it }) => it !== undefined && it !== '',
  OutputS3KeyPrefix: ({ OutputS3KeyPrefix: it }) => it !== undefined && it !== '',
  ServiceRoleArn: ({ ServiceRoleArn: it }) => it !== undefined && it !== '',
  NotificationConfig: ({ NotificationConfig: it }) => it?.NotificationArn !== undefined && it.NotificationArn !== '',
  CloudWatchOutputConfig: ({ CloudWatchOutputConfig: it }) => it?.CloudWatchOutputEnabled === true,
  AlarmConfiguration: ({ AlarmConfiguration: it }) => it !== undefined,
} satisfies Partial<Record<keyof SendCommandRequest, (input: SendCommandRequest) => boolean>>

/** @throws {ServiceError} ValidationException naming the member */
export function refuseNotServed(input: SendCommandRequest): void {
  for (const [member, isAskedFor] of Object.entries(notServedYet)) {
    if (isAskedFor(input))
      throw new ServiceError('ValidationException', `${member} is not supported by this server yet.`)
  }
}
