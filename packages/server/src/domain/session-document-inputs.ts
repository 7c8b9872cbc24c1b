import { bucketName } from './bucket-name.ts'
import type { ContentReader } from './content-reader.ts'
import type { SessionInputs } from './session-document.ts'

const minutes = (most: number) => `must be a whole number of minutes from 1 to ${most}, such as "20"`

/**
 * The `inputs` of a session document, each within its range (user guide, "Session document schema").
 *
 * @param isShell whether the document is of the type for which runAsEnabled is required
 * @throws {ServiceError} InvalidDocumentContent, saying where
 */
export function readSessionInputs(reader: ContentReader, isShell: boolean): SessionInputs {
  reader.refuseOthers([
    's3BucketName',
    's3KeyPrefix',
    's3EncryptionEnabled',
    'cloudWatchLogGroupName',
    'cloudWatchEncryptionEnabled',
    'cloudWatchStreamingEnabled',
    'kmsKeyId',
    'runAsEnabled',
    'runAsDefaultUser',
    'idleSessionTimeout',
    'maxSessionDuration',
    'shellProfile',
  ])
  if (isShell && !reader.has('runAsEnabled')) throw reader.fault('runAsEnabled', 'is required: true or false')
  return {
    s3BucketName: reader.text('s3BucketName', {
      max: 63,
      pattern: bucketName,
      rule: 'must be the name of a bucket: 3 to 63 of a-z, 0-9, - and ., such as "session-logs"',
    }),
    s3KeyPrefix: reader.text('s3KeyPrefix', { max: 500 }),
    s3EncryptionEnabled: reader.flag('s3EncryptionEnabled', true),
    cloudWatchLogGroupName: reader.text('cloudWatchLogGroupName', {
      max: 512,
      pattern: /^(?!aws\/)[.\-_/#A-Za-z0-9]+$/,
      rule: 'must be the name of a log group: letters, digits and . - _ / #, not beginning with aws/',
    }),
    cloudWatchEncryptionEnabled: reader.flag('cloudWatchEncryptionEnabled', true),
    // Agents take no text for this one (agent reference, 8.1).
    cloudWatchStreamingEnabled: reader.flag('cloudWatchStreamingEnabled', false),
    kmsKeyId: reader.text('kmsKeyId', {
      max: 2048,
      pattern: /^[A-Za-z0-9:/_-]+$/,
      rule: 'must be the id, ARN or alias of a key',
    }),
    runAsEnabled: reader.flag('runAsEnabled', true),
    runAsDefaultUser: reader.text('runAsDefaultUser', {
      max: 256,
      pattern: /^[A-Za-z0-9_][A-Za-z0-9_.@\\+-]*\$?$/,
      rule: 'must be the name of a user',
    }),
    idleSessionTimeout: reader.text('idleSessionTimeout', {
      max: 64,
      pattern: /^(?:[1-9]|[1-5]\d|60)$/,
      rule: minutes(60),
    }),
    maxSessionDuration: reader.text('maxSessionDuration', {
      max: 64,
      pattern: /^(?:[1-9]\d{0,2}|1[0-3]\d{2}|14[0-3]\d|1440)$/,
      rule: minutes(1440),
    }),
    shellProfile: readProfile(reader),
  }
}

function readProfile(reader: ContentReader): SessionInputs['shellProfile'] {
  if (!reader.has('shellProfile')) return { windows: '', linux: '' }
  const profile = reader.object('shellProfile')
  profile.refuseOthers(['windows', 'linux'])
  // User guide, "Allow configurable shell profiles": 512 characters.
  return { windows: profile.text('windows', { max: 512 }), linux: profile.text('linux', { max: 512 }) }
}
