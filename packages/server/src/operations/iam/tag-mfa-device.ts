import type { TagMFADeviceRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { mfaDeviceCheck } from './check.ts'
import { findMfaDevice } from './mfa-devices.ts'
import { changeTags, readTags, requestTagKeys, withTags } from './tags.ts'

/** TagMFADevice: adds tags to an MFA device, or gives those that are there another value. */
export const tagMFADevice: Operation<TagMFADeviceRequest, undefined> = {
  service: 'iam',
  name: 'TagMFADevice',
  action: 'iam:TagMFADevice',

  resources: ({ SerialNumber }) => [mfaDeviceCheck(SerialNumber)],
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ SerialNumber, Tags }, context) {
    const { mfaDevices } = context.store.identities
    const added = readTags(Tags)
    await changeTags(
      () => findMfaDevice(context, SerialNumber),
      (tags) => withTags(tags, added),
      (tagged, next) => mfaDevices.saveDeviceTags(tagged, next),
    )
    return undefined
  },
}
