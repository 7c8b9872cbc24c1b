import type { UntagMFADeviceRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { mfaDeviceCheck } from './check.ts'
import { findMfaDevice } from './mfa-devices.ts'
import { changeTags, withoutTags } from './tags.ts'

/** UntagMFADevice: takes tags away; one that is not there is no error. */
export const untagMFADevice: Operation<UntagMFADeviceRequest, undefined> = {
  service: 'iam',
  name: 'UntagMFADevice',
  action: 'iam:UntagMFADevice',

  resources: ({ SerialNumber }) => [mfaDeviceCheck(SerialNumber)],
  requestContext: ({ TagKeys }) => ({ 'aws:TagKeys': TagKeys }),

  async handle({ SerialNumber, TagKeys }, context) {
    const { mfaDevices } = context.store.identities
    await changeTags(
      () => findMfaDevice(context, SerialNumber),
      (tags) => withoutTags(tags, TagKeys),
      (tagged, next) => mfaDevices.saveDeviceTags(tagged, next),
    )
    return undefined
  },
}
