import type { DeactivateMFADeviceRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'
import { userOrCallerCheck } from './check.ts'
import { findUserOrCaller } from './find.ts'
import { noSuchMfaDevice } from './mfa-devices.ts'

/** DeactivateMFADevice: takes a device from its user. */
export const deactivateMFADevice: Operation<DeactivateMFADeviceRequest, undefined> = {
  service: 'iam',
  name: 'DeactivateMFADevice',
  action: 'iam:DeactivateMFADevice',

  resources: ({ UserName }, scope, caller) => [userOrCallerCheck(scope, caller, UserName)],

  async handle({ UserName, SerialNumber }, context) {
    const user = await findUserOrCaller(context, UserName)
    const { mfaDevices } = context.store.identities
    if (user && (await mfaDevices.unassign(SerialNumber, user.userId))) return undefined
    throw noSuchMfaDevice(SerialNumber)
  },
}
